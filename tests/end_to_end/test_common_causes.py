"""One bad instrument makes no healthy one suspect: gateway, centre, mail and api, from a facility file and readings."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest import database, packages
from tests.end_to_end.reading_chain import START_MS, Centre, ReadingChain
from tests.ingest.packages import made
from tests.tailings.facilities import VALE

EVERY_MIN = 5
A, B = "n01:a.level", "n02:b.level"
HEAD = """
[facility]
id = "weald"
name = "Weald"
version = 1
timezone = "Europe/Lisbon"
location = { lon = -7.73, lat = 40.16 }
commissioned = 2024-01-01
[agents.gw1]
nodes = ["n01", "n02"]
[tarp.overtopping]
failure_mode = "overtopping"
approved_by = "Engineer of Record"
approved_on = 2024-06-12
[[tarp.overtopping.levels]]
level = "yellow"
when = { datastream = "n01:a.level", test = "above", value = 338.0, hysteresis = 0.1 }
actions = [{ who = "Shift lead", what = "Look", within_h = 8.0 }]
"""
GAUGE = """
[nodes.{node}]
expected_interval_s = 300
[instruments."{node}:{gauge}"]
driver = "pond_level"
pressure = "vented"
[datastreams."{node}:{gauge}.level"]
quantity = "pond-level"
unit = "m"
filters.gross_range = {{ fail = [330.0, 345.0], suspect = [334.0, 342.0] }}
filters.flat_line = {{ tolerance = 0.002, suspect_after_s = 900, fail_after_s = 1800 }}
filters.redundant_pair = {{ other = "{other}", suspect = 0.2, fail = 1.0, stale_after_s = 1200 }}
"""
TEXT = HEAD + GAUGE.format(node="n01", gauge="a", other=B) + GAUGE.format(node="n02", gauge="b", other=A)
RISE = [337.5 + 0.02 * row + 0.003 * (row % 2) for row in range(30)]


def feed(dam: ReadingChain, a: Iterable[float], b: Iterable[float], order: str) -> None:
    """Measure both every five minutes, in one group or one behind the other."""
    for row, (of_a, of_b) in enumerate(zip(a, b, strict=True)):
        groups: list[Mapping[str, float]] = [{A: of_a}, {B: of_b}]
        if order == "together":
            groups = [{A: of_a, B: of_b}]
        dam.at = row * EVERY_MIN
        for group in groups if order != "b first" else groups[::-1]:
            dam.measure(group)
        if row == len(RISE) // 2:
            dam.restart()


@pytest.mark.case(
    "6", "a partner that its own tests reject takes no part: the healthy one passes, and raises its level"
)
@pytest.mark.parametrize(
    ("broken", "named", "order"),
    [
        ("off", "gross_range", "together"),
        ("off", "gross_range", "a first"),
        ("stuck", "flat_line", "a first"),
        ("stuck", "flat_line", "b first"),
    ],
)
def test_a_rejected_partner_hides_no_rise(centre: Centre, broken: str, named: str, order: str) -> None:
    """The other gauge reads far too much, or stands still at what it read last, while the pond rises past yellow."""
    other = {"off": [999.0] * len(RISE), "stuck": [337.5] * len(RISE)}[broken]
    with centre.chain(TEXT) as dam:
        feed(dam, RISE, other, order)
        levels, mails = dam.levels(), dam.mails
    healthy, bad = centre.flags(dam, A), centre.flags(dam, B)

    assert (levels, [subject.partition(",")[0] for subject in mails]) == ({"overtopping": 1}, ["YELLOW"])
    assert {quality for _, quality, _ in healthy} == {1}
    assert (bad[-1][1], named in (bad[-1][2] or "").split(",")) == (4, True)
    assert centre.changes(dam) == 0


@pytest.mark.case("6", "two good instruments that disagree still make each other suspect")
def test_two_good_ones_that_disagree_are_both_suspect(centre: Centre) -> None:
    """Half a metre apart, each within its range and moving: which of the two is wrong cannot be told."""
    with centre.chain(TEXT) as dam:
        feed(dam, RISE, [level_m + 0.5 for level_m in RISE], "together")
    both = [{row[1:] for row in centre.flags(dam, name)} for name in (A, B)]

    assert both == [{(3, "redundant_pair")}, {(3, "redundant_pair")}]


PAIR = """
[datastreams."{node}:vw1.level".filters.redundant_pair]
other = "{other}:vw1.level"
suspect = 1.0
[datastreams."{node}:vw1.level".filters.gross_range]
fail = [300.0, 400.0]
"""
BAROMETER = "n01:baro.pressure"
WIRES = {
    f"{node}:vw1.{channel}": value
    for node, hz in (("n02", 2800.0), ("n03", 2700.0))
    for channel, value in (("frequency", hz), ("thermistor", 4821.0))
}


@pytest.mark.case(
    "6", "a dead or rejected barometer leaves piezometers suspect by that cause alone, out of their pairs"
)
@pytest.mark.parametrize(
    ("air", "cause"),
    [(None, "missing.barometer"), (100.0, "missing.barometer"), (961.0, None)],
    ids=["dead", "rejected", "alive"],
)
def test_a_dead_barometer_is_named_and_takes_pairs_out(centre: Centre, air: float | None, cause: str | None) -> None:
    """Two wires whose levels are metres apart: with air pressure they disagree; without, that is held against none."""
    text = VALE.read_text() + PAIR.format(node="n02", other="n03") + PAIR.format(node="n03", other="n02")
    with centre.chain(text) as dam:
        for row in range(3):
            dam.at = row
            dam.measure({**WIRES, BAROMETER: air})
    pressure, level = ({row[1:] for row in centre.flags(dam, f"n02:vw1.{name}")} for name in ("pressure", "level"))

    assert pressure == {(3, cause) if cause else (1, None)}
    assert level == {(3, "input.pressure" if cause else "redundant_pair")}
    assert centre.changes(dam) == 0


def test_a_package_of_what_a_gateway_derived_is_whole(centre: Centre, tmp_path: Path) -> None:
    """Two wires in a pair, whose barometer is rejected in the middle: causes, flags and values of the real chain."""
    text = VALE.read_text() + PAIR.format(node="n02", other="n03") + PAIR.format(node="n03", other="n02")
    with centre.chain(text) as dam:
        for row in range(6):
            dam.at = row
            dam.measure({**WIRES, BAROMETER: 100.0 if row in (2, 3) else 961.0})
    start = datetime.fromtimestamp(START_MS / 1000, UTC)
    with database.connect(centre.conninfo) as connection:
        draft = packages.begin(connection, dam.facility.id, start + timedelta(minutes=1), start + timedelta(days=1))
        made.written(connection, tmp_path / "draft", draft, tmp_path / "dam.zip")
    found = packages.verify(tmp_path / "dam.zip", lambda share: None)

    assert (found.differences, found.given) == ([], {})
    assert found.compared["values"] == 5 * 6 and found.compared["flags"] == 5 * 5


@pytest.mark.case("6", "a row names all that decided its quality, the lost correction among them")
def test_all_causes_of_a_row_are_kept(centre: Centre) -> None:
    """No barometer, and a pressure beyond what the site expects: both are named, at the gateway and by the api."""
    high = {name: 2000.0 if name.endswith("frequency") else value for name, value in WIRES.items()}
    with centre.chain(VALE.read_text()) as dam:
        dam.measure(high)
    pressure, level = (centre.flags(dam, f"n02:vw1.{name}") for name in ("pressure", "level"))

    assert pressure[0][1:] == (3, "gross_range,missing.barometer")
    assert level[0][1:] == (3, "input.pressure")
