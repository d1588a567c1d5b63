"""What is answered about a dam does not depend on the units in which its file states what is measured.

Two sites have the same dam: one states each quantity in the unit of the example, the other in another one, with values
and bounds of filters turned into it. Freeboard, water, verdicts and sight are the same. What answers reckon with as it
is has one unit alone: a file with another one is refused.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import psycopg
import pytest

from tailings import units
from tailings.facility import BadFacility, parse
from tests.differences import differences
from tests.servers import MIGRATED, Database, fresh_database

from . import site
from .dams import OF_VALE, Dam, Reading, as_good_as, by_the_hour, fill, readings, side_by_side

OTHER: Final = {
    "n01:baro.pressure": ("hPa", "kPa"),
    "n02:weir.current": ("mA", "A"),
    "n02:weir.height": ("m", "mm"),
    "n02:sonde.conductivity": ("uS/cm", "mS/cm"),
    "n03:vw1.pressure": ("kPa", "m[H2O]"),
    "n04:vw1.pressure": ("kPa", "bar"),
    "n04:vw1.temperature": ("Cel", "K"),
    "n04:battery.voltage": ("V", "mV"),
}
"""The unit in the file, and another."""
REFUSED: Final = {
    "n01:pond.level": ("m", "cm"),
    "n01:rain.rain": ("mm", "cm"),
    "n02:weir.flow": ("L/s", "m3/h"),
    "n02:sonde.orp": ("mV", "V"),
    "n04:vw1.level": ("m", "mm"),
}
"""The same of what answers reckon with."""
OF_FILE: Final = ("hash", "version_hash", "file_hash", "digest", "figures_sha256")
"""What an answer says of the file itself."""
ANSWERS: Final = ("assessment", "safety", "water", "value", "sight", "walk", "plans")
HIGHER: Final = """
UPDATE latest l SET result = l.result + 0.01 FROM datastream d
WHERE d.id = l.datastream_id AND d.name = 'vale:n01:pond.level'
"""
BOUNDS: Final = re.compile(r"^(fail|suspect) = \[(.*)\]$", re.MULTILINE)


def turned(value: float, name: str) -> float:
    """A value of a datastream in its other unit."""
    return units.convert(value, *OTHER[name]) if name in OTHER else value


def in_other_units(text: str, others: Mapping[str, tuple[str, str]] = OTHER) -> str:
    """The facility file with other units, and the bounds that are stated in them."""
    for name, (usual, other) in others.items():
        head = f'[datastreams."{name}"]\n'
        before, _, after = text.partition(head)
        block, end, rest = after.partition(f'unit = "{usual}"\n')
        assert end and "[" not in block, name
        text = f'{before}{head}{block}unit = "{other}"\n{rest}'
        filters = f'[datastreams."{name}".filters.gross_range]\n'
        before, found, after = text.partition(filters)
        if found:
            scaled = BOUNDS.sub(lambda one, name=name: _bounds(one, name), after.partition("\n[")[0])
            text = before + found + scaled + after[len(after.partition("\n[")[0]) :]
    return text


def _bounds(found: re.Match[str], name: str) -> str:
    return f"{found[1]} = {[turned(float(one), name) for one in found[2].split(',')]}"


def other(one: Reading) -> Reading:
    """A reading in the other unit."""
    return one if one.value is None else one._replace(value=turned(one.value, one.name))


@pytest.fixture(scope="module")
def dams(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Dam, Dam]]:
    """The dam in usual units, and in others."""
    newest = datetime.now(UTC).replace(microsecond=0)
    all_of_them = readings(cluster, newest)
    with fresh_database(cluster, MIGRATED) as usual, fresh_database(cluster, MIGRATED) as others:
        fill(usual, by_the_hour(all_of_them), newest)
        fill(others, by_the_hour([other(one) for one in all_of_them]), newest, in_other_units(site.text()))
        with side_by_side(usual, others, tmp_path_factory) as both:
            yield both


def of_others(told: Any) -> Any:
    """What was told, but for the values of the datastreams in other units themselves."""
    if isinstance(told, dict):
        named = {value for value in told.values() if isinstance(value, str)}
        if any(name in named or f"vale:{name}" in named for name in OTHER):
            return {}
        return {key: of_others(one) for key, one in told.items()}
    return [of_others(one) for one in told] if isinstance(told, list) else told


def between(dams: tuple[Dam, Dam], answer: str) -> list[str]:
    """Where an answer about the two dams differs."""
    told = [dam.answer(f"{OF_VALE}/{answer}") for dam in dams]
    assert [status for status, _ in told] == [200, 200]
    usual, others = (of_others(one) for _, one in told)
    return list(differences(usual, others, OF_FILE, as_good_as))


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_dam_is_the_same_in_other_units(dams: tuple[Dam, Dam], answer: str) -> None:
    """Verdict, freeboard, sections, balance, loads, kind of drainage, value and sight."""
    assert between(dams, answer) == []


def test_datastreams_in_other_units_alone_are_left_out(dams: tuple[Dam, Dam]) -> None:
    """Of the list of them all the others are compared."""
    told = of_others(dams[0].answer(f"{OF_VALE}/datastreams")[1])
    names = {one["name"].removeprefix("vale:") for one in told["datastreams"] if one}

    assert not names & set(OTHER) and {"n01:pond.level", "n02:weir.flow", "n04:vw1.level"} <= names


def test_another_pond_is_seen(dams: tuple[Dam, Dam]) -> None:
    """The control: a centimetre more, in the freeboard of the other dam."""
    with psycopg.connect(dams[1].database.conninfo()) as owner:
        assert owner.execute(HIGHER).rowcount == 1

    assert any(one.startswith("freeboard_m:") for one in between(dams, "safety"))


@pytest.mark.parametrize("name", REFUSED)
def test_what_answers_reckon_with_has_one_unit(name: str) -> None:
    """A pond level in centimetres gave a freeboard of -33,583 m; the sentence says what turns it into metres."""
    usual, other = REFUSED[name]

    with pytest.raises(BadFacility, match=f"is in {usual}, never in {other}.*a formula, or `units`"):
        parse(in_other_units(site.text(), {name: REFUSED[name]}))
