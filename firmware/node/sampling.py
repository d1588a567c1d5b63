"""Sampling: reads every instrument once and makes of each failure a missing record and a fault."""

from .drivers import ReadFailed
from .pack import Reading
from .power import Rails, in_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .board import Board
    from .drivers import Instrument


def sample(board: "Board", instruments: "list[Instrument]") -> tuple[list[Reading], list[tuple[str, str]]]:
    """(readings, faults) of one round; a fault is (instrument, text)."""
    readings: list[Reading] = []
    faults: list[tuple[str, str]] = []
    rails = Rails(board, instruments)
    try:
        rails.up()
        for instrument in in_order(instruments):
            rails.wait(instrument.warm_up_s)
            try:
                readings.extend(read(board, instrument))
            except ReadFailed as error:
                readings.extend([Reading(name, None, unit, error.reason) for name, unit in instrument.channels()])
                faults.append((instrument.id, error.detail or error.reason))
            board.feed()
    finally:  # also on the way out for a mistake of ours: what is left on empties the battery
        rails.down()
    return readings, faults


def read(board: "Board", instrument: "Instrument") -> list[Reading]:
    """The readings of one instrument. Raises ReadFailed, also for a port that fails under the driver."""
    try:
        values = instrument.driver.read(board.bus(instrument), instrument.settings)
    except OSError as error:
        raise ReadFailed("bus-error", repr(error))
    readings = []
    for quantity, value, unit in values:
        readings.append(Reading(instrument.id + "." + quantity, value, unit))
    return readings
