"""Tests of intervals and collars as one table: by pandas, and what cannot be joined."""

import io
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from tailings import csv_text
from tailings.laboratory import BadTable, ParsedAssays, read_table
from tailings.laboratory.mapped import read_mapped
from tailings.laboratory.mapping import read_map
from tailings.mapped_tables.joined import JoinedTable, join
from tailwatch.commands.assays import app

INTERVALS = "BHID,FROM,TO,CU,NI\nB1-001,0,17,,\nB1-001,17,22,0.37,0.10\nB1-002,50,55,0.07,0.04\nb1-003,85,90,0.17,\n"
COLLARS = "XCOLLAR,BHID,YCOLLAR,ZCOLLAR\n2000,B1-002,400,1550\n1000,B1-001,300,1620.9\n3000,B1-003,500,1565\n"
MAP = """
sample_by_interval = true
unit = "%"
constants = { material = "rock" }
[columns]
BHID = "hole"
FROM = "from_m"
TO = "to_m"
XCOLLAR = "chainage_m"
YCOLLAR = "offset_m"
ZCOLLAR = "collar_m"
[scale]
FROM = "0.3048*x"
TO = "0.3048*x"
XCOLLAR = "0.3048*x"
YCOLLAR = "0.3048*x"
ZCOLLAR = "0.3048*x"
"""
"""In the style of the drill holes of Babbitt, Minnesota, which open programs of geostatistics carry; not their data."""


def joined(intervals: str = INTERVALS, collars: str = COLLARS, on: str = "BHID") -> JoinedTable:
    """Both texts as one table."""
    return join(read_table(intervals.encode()), read_table(collars.encode()), on)


def read(table: list[list[str]], toml: str) -> ParsedAssays:
    """The joined table by a map, as a file has it."""
    given = read_map(toml)
    return read_mapped(read_table(csv_text.text(table).encode(), given.form), given)


def test_rows_are_those_of_pandas() -> None:
    """A left join, in the order of the intervals, capitals apart."""
    intervals, collars = (
        pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False) for text in (INTERVALS, COLLARS)
    )
    expected = intervals.assign(key=intervals.BHID.str.upper()).merge(
        collars.rename(columns={"BHID": "key"}), on="key", how="left"
    )

    found = joined()

    assert found.rows[0] == ["BHID", "FROM", "TO", "CU", "NI", "XCOLLAR", "YCOLLAR", "ZCOLLAR"]
    assert found.rows[1:] == expected[found.rows[0]].values.tolist()
    assert (found.holes, found.without) == (3, ())


def test_two_tables_of_holes_in_feet_become_samples_by_a_map_of_at_most_25_lines() -> None:
    """Named by hole and interval as printed, depths and places in metres, per cent as mg/kg; a row without a result is
    named."""
    found = read(joined().rows, MAP)
    first = found.samples[0]

    assert len(MAP.strip().splitlines()) <= 25
    assert [one.name for one in found.samples] == ["B1-001 17-22", "B1-002 50-55", "b1-003 85-90"]
    assert (first.top_m, first.collar_m, first.chainage_m) == pytest.approx((17 * 0.3048, 1620.9 * 0.3048, 304.8))
    assert first.assays[0].mg_per_kg == pytest.approx(3700)
    assert [(one.row, one.fault[:13]) for one in found.faults] == [(2, "has no result")]


def test_a_hole_without_a_collar_is_named_and_has_no_place() -> None:
    """Its rows stand there, and the import asks for what is missing."""
    found = joined(collars=COLLARS.replace("B1-002", "B1-02"))

    assert found.without == ("B1-002",)
    assert any(one.row == 4 for one in read(found.rows, MAP).faults)


@pytest.mark.parametrize("heading", ["DIP", "Buzamiento", "Inclinação"])
def test_an_inclined_hole_is_named(heading: str) -> None:
    """A sample at 85 feet in a hole at 60 degrees lies 74 feet down and 42 aside, not below its collar."""
    lines = [f"{line},{end}" for line, end in zip(COLLARS.splitlines(), (heading, "-90", "-60", "-89,5"), strict=False)]
    quoted = "\n".join(lines).replace("-89,5", '"-89,5"')

    assert joined(collars=quoted).inclined == ("B1-001",)
    assert joined().inclined == ()


@pytest.mark.parametrize(
    ("intervals", "collars", "on", "fix"),
    [
        (INTERVALS, COLLARS, "BHIT", "no heading 'BHIT' in their first row; did you mean"),
        (INTERVALS, COLLARS.replace("BHID", "HOLE"), "BHID", "the collars have no heading"),
        (INTERVALS, COLLARS + "1,B1-001,2,3\n", "BHID", "row 5 of the collars: B1-001 has one already"),
        (INTERVALS, COLLARS.replace("ZCOLLAR", "cu"), "BHID", "both tables have the heading 'cu'; rename it"),
    ],
)
def test_what_cannot_be_joined_is_refused(intervals: str, collars: str, on: str, fix: str) -> None:
    """A heading that is not there, one in both, a hole with two collars."""
    with pytest.raises(BadTable, match=fix):
        joined(intervals, collars, on)


@pytest.mark.parametrize(
    ("old", "new", "fix"),
    [
        ('BHID = "hole"', 'BHID = ["hole", "sample"]', "sample_by_interval: a heading names the samples already"),
        ('TO = "to_m"', 'CU = "Cu %"', "sample_by_interval: lead a heading to to_m"),
    ],
)
def test_a_map_that_names_samples_twice_or_by_half_is_refused(old: str, new: str, fix: str) -> None:
    """A name of its own beside that by the interval, and an interval without its end."""
    with pytest.raises(ValueError, match=fix):
        read_map(MAP.replace(old, new).replace('TO = "0.3048*x"\n' if "CU" in new else "\0", ""))


def test_the_command_writes_one_table_and_names_holes_without_a_place(tmp_path: Path) -> None:
    """Exit code 0, and 1 where a hole has none; 2 where nothing can be joined, and then nothing is written."""
    fewer, dipping = COLLARS.replace("B1-003", "X"), "BHID,XCOLLAR,DIP\nB1-001,1,60\nB1-002,2,90\nB1-003,3,90\n"
    for name, text in (("assay", INTERVALS), ("collar", COLLARS), ("fewer", fewer), ("dipping", dipping)):
        (tmp_path / name).write_text(text)

    def asked(collars: str, on: str, out: str) -> Result:
        places = [str(tmp_path / name) for name in ("assay", collars, out)]
        return CliRunner().invoke(app, ["join", *places[:2], "--on", on, "--out", places[2]])

    done = [asked("collar", "BHID", "one.csv"), asked("fewer", "BHID", "two.csv"), asked("collar", "HOLE", "three.csv")]

    inclined = asked("dipping", "BHID", "four.csv")

    assert [one.exit_code for one in (*done, inclined)] == [0, 1, 2, 1]
    assert "B1-001 is inclined by dipping" in inclined.output
    assert read_table((tmp_path / "one.csv").read_bytes()) == joined().rows
    assert "b1-003 has no place in fewer" in done[1].output and not (tmp_path / "three.csv").exists()
