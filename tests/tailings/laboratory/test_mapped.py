"""Tests of tables read by a map: three in the style of public ones, and what a map must say and a table must have."""

import random
from pathlib import Path

import msgspec
import pytest

from tailings.laboratory import BadTable, ParsedAssays, by_element, read_table
from tailings.laboratory.mapped import read_mapped
from tailings.laboratory.mapping import read_map
from tests.tailings.laboratory import surveys

MALFORMED = 500
PLAIN = """
[columns]
"Name" = ["sample", "hole"]
"X" = "chainage_m"
"Y" = "offset_m"
"Z" = "collar_m"
"Cu" = "Cu ppm"
[constants]
from_m = 0
to_m = 0.5
"""
TABLE = "Name,X,Y,Z,Cu\nS1,1,2,3,40\nS2,5,2,3.5,41\n"


def grades(found: ParsedAssays, element: str, method: str = "") -> dict[str, float | None]:
    """The content of an element by a method in each sample [mg/kg]."""
    return {
        one.name: assay.mg_per_kg
        for one in found.samples
        for assay in one.assays
        if (assay.element, assay.method) == (element, method)
    }


def read(table: str, toml: str = PLAIN) -> ParsedAssays:
    """A text read by a map."""
    given = read_map(toml)
    return read_mapped(read_table(table.encode(), given.form), given)


def said(found: ParsedAssays) -> str:
    """All faults as one text."""
    return "\n".join(f"{one.row} {one.column}: {one.fault}" for one in found.faults)


@pytest.mark.parametrize("name", surveys.MAPS)
def test_a_map_has_at_most_25_lines(name: str) -> None:
    """Of each of the three tables."""
    assert len((surveys.FOLDER / f"{name}.toml").read_text().splitlines()) <= 25


def test_a_register_of_tailings_in_spanish_is_read() -> None:
    """Two rows of headings, cp1252, decimal commas, one facility of two, UTM along a crest that runs east."""
    found = surveys.read("relaves")
    first = found.samples[0]

    assert [one.name for one in found.samples] == ["R-001", "R-002", "R-004"]
    assert (first.row, first.hole, first.chainage_m, first.offset_m, first.collar_m) == (5, "R-001", 250, -100.5, 812.4)
    assert (first.top_m, first.bottom_m, str(first.sampled), first.material) == (
        0.0,
        0.3,
        "2023-05-03",
        "relave superficial",
    )


def test_two_methods_of_a_register_stay_apart() -> None:
    """2.150 ppm and 0,21 % are two results of copper; >10.000 ppm is a limit of 10000, and s/i is no result."""
    found = surveys.read("relaves")

    assert grades(found, "Cu", "ICP") == {"R-001": 2150.0, "R-002": 1790.0, "R-004": 10000.0}
    assert grades(found, "Cu", "XRF") == pytest.approx({"R-001": 2100.0, "R-002": 1800.0, "R-004": 12500.0})
    assert grades(found, "As", "ICP") == {"R-001": 120.0, "R-002": 98.0, "R-004": None}


def test_the_method_that_counts_is_the_first_of_the_map_unless_it_is_over_range() -> None:
    """Copper of R-001 by ICP, 2150; of R-004, >10.000 there, by fluorescence: 1,25 % are 12500."""
    found = {one.name: by_element(msgspec.to_builtins(one.assays)) for one in surveys.read("relaves").samples}

    assert (found["R-001"]["Cu"]["mg_per_kg"], found["R-001"]["Cu"]["method"]) == (2150.0, "ICP")
    assert (found["R-004"]["Cu"]["mg_per_kg"], found["R-004"]["Cu"]["method"]) == (12500.0, "XRF")


def test_a_northing_that_lost_a_digit_is_named() -> None:
    """Row 9 lies 5,667 km away: the fault has both headings, the file's and ours."""
    assert said(surveys.read("relaves")) == (
        "9 UTM Este (chainage_m): '351.400,0; 629.725,0' is no place near the facility; check axes, zone and digits"
    )


def test_a_table_of_a_survey_is_read() -> None:
    """Feet, negative detection limits, thousands, an over-limit method first; a blank has no place."""
    found = surveys.read("survey")
    second = found.samples[1]

    assert [(one.name, one.kind) for one in found.samples] == [
        ("C-1001", "primary"),
        ("C-1002", "primary"),
        ("C-1003", "duplicate"),
        ("C-1004", "primary"),
        ("C-1005", "blank"),
    ]
    assert (second.top_m, second.bottom_m, second.collar_m) == pytest.approx((0.762, 1.524, 3010.0))
    assert [(one.printed, one.sign) for one in second.assays[:3]] == [("143.5", ""), (">100", ">"), ("3,105", "")]


def test_a_negative_limit_is_a_limit_only_where_the_map_says_so() -> None:
    """-0.02 is <0.02; without that line of the map each of these rows is a fault."""
    toml = (surveys.FOLDER / "survey.toml").read_text().replace("negative_is_below = true\n", "")
    without = read(surveys.content("survey").decode(), toml)

    assert [one.assays[-1].printed for one in surveys.read("survey").samples[:2]] == ["<0.02", "0.31"]
    assert [(one.row, one.column) for one in without.faults if "negative" in one.fault] == [
        (2, "Hg_ppm"),
        (5, "Ag_ppm"),
        (6, "Ag_ppm"),
    ]


def test_a_negative_limit_is_a_limit_where_its_column_is_scaled_too() -> None:
    """-0.5 per ten thousand means below 50 mg/kg, 7 are 700, and -9999 is no result."""
    toml = f'negative_is_below = true\n{PLAIN}[scale]\nCu = "100*x"\n'

    found = read("Name,X,Y,Z,Cu,Zn ppm\nS1,1,2,3,-0.5,1\nS2,5,2,3.5,7,1\nS3,9,2,3,-9999,1\n", toml)

    assert said(found) == ""
    assert [(one.assays[0].sign, one.assays[0].mg_per_kg) for one in found.samples] == [
        ("<", 50),
        ("", 700),
        ("", None),
    ]


def test_longitudes_and_latitudes_become_chainages() -> None:
    """By another implementation of the projection (test_places); exchanged axes are no place near the facility."""
    found = surveys.read("survey")

    assert [one.hole for one in found.samples if one.chainage_m is not None] == ["A1", "A1", "A1", "A2"]
    assert "7 LONGITUDE (chainage_m): '39.20140; -106.30310' is no place near the facility" in said(found)


def test_a_workbook_of_a_german_laboratory_is_read() -> None:
    """The sheet by its name, a row of units, days as dates; 1.250 as a text is 1250 beside `<0,01`, 1234 a number."""
    found = surveys.read("halde")

    assert grades(found, "Cu", "ICP-MS") == {"H-1": 1234.0, "H-2": 1250.0, "H-3": 1270.0}
    assert [str(one.sampled) for one in found.samples] == ["2024-09-02"] * 3
    assert said(found) == "6 bis (to_m): 1.5 is not below from_m, 1.5"


@pytest.mark.parametrize(
    ("old", "new", "fix"),
    [
        ('"X" = ', '"X" = "sample"\n"W" = ', "is sample, and another heading too"),
        ('"Cu ppm"', '"Cu pm"', "line 7: columns.Cu: .*no unit of content; did you mean 'ppm'"),
        ('"collar_m"', '"colar_m"', "line 6: columns.Z: .*did you mean 'collar_m'"),
        ('"chainage_m"', '"easting_m"', "easting_m and northing_m come together"),
        ('"X" = "chainage_m"\n"Y" = "offset_m"', '"X" = "easting_m"\n"Y" = "northing_m"', "grid: is missing"),
        ("from_m = 0", "form_m = 0", "constants: 'form_m' is no column; did you mean 'from_m'"),
        ("[constants]", "[constant]", "line 8: constant: key 'constant' is not known here; did you mean 'constants'"),
        ("[columns]", "scale = { Q = '2*x' }\n[columns]", "scale: there is no heading 'Q'"),
        ("[columns]", "scale = { Z = '2x' }\n[columns]", "'2x' is no line"),
        ("[columns]", "decimal = ';'\n[columns]", "decimal.*';' is not known"),
        ("[columns]", "[columns", "line 2: not TOML"),
        ("[columns]", "date_format = '%d/%m'\n[columns]", "date_format.*no form of a day; write it like %d/%m/%Y"),
        ("[columns]", "date_format = '%d %(d'\n[columns]", "date_format.*no form of a day"),
    ],
)
def test_a_map_that_says_too_little_or_too_much_is_refused(old: str, new: str, fix: str) -> None:
    """With line, key and the nearest known word."""
    assert old in PLAIN
    with pytest.raises(ValueError, match=fix):
        read_map(PLAIN.replace(old, new, 1))


@pytest.mark.parametrize(
    ("table", "toml", "fix"),
    [
        (TABLE.replace(",Z,", ",Zz,"), PLAIN, "1 Z: is no heading of the table; did you mean 'Zz'?"),
        (TABLE.replace("Name,X,Y,Z,Cu", "Name,X,Y,Z,Z"), PLAIN, "1 Z: stands twice in the table"),
        (TABLE.replace("Cu\n", "Cu,Wolframio\n"), PLAIN, "1 Wolframio: 'Wolframio' does not say substance and unit"),
        (TABLE.replace("Cu\n", "Cu,Zm ppm\n"), PLAIN, "Zm is no substance known here"),
        (TABLE, PLAIN.replace("[columns]", "header_row = 9\n[columns]"), "the table ends before its headings"),
        (TABLE, PLAIN.replace("to_m = 0.5", ""), "1 to_m: the column is missing"),
        (TABLE, 'only = { "Name" = "S3" }\n' + PLAIN, "1 Name: no row has 'S3' under it; did you mean 'S2'?"),
        ("", PLAIN, "1 : the table ends before its headings"),
    ],
)
def test_what_a_table_has_not_is_named_with_the_nearest(table: str, toml: str, fix: str) -> None:
    """By the row of the headings; a heading that is not known can be mapped or ignored."""
    assert fix in said(read(table, toml))


def test_unknown_headings_can_be_ignored_and_named() -> None:
    """`ignore` takes them by pattern, `columns` by name; what is known needs neither."""
    table = "Name,X,Y,Z,Cu,Remark,zinc,As ppm\nS1,1,2,3,40,dry,7,9\n"
    found = read(table, 'ignore = ["Rem*"]\n' + PLAIN.replace('"Cu" =', '"zinc" = "Zn ppm"\n"Cu" ='))

    assert (found.faults, [one.element for one in found.samples[0].assays]) == ((), ["Zn", "Cu", "As"])


def test_a_column_without_a_heading_is_told_unless_it_is_ignored() -> None:
    """As without a map; the map says that it is of no interest."""
    table = "Name,X,Y,Z,Cu,\nS1,1,2,3,40,7\n"
    told, ignored = (read(table, more + PLAIN) for more in ("", 'ignore = [""]\n'))

    assert [(one.row, "column 6 has values and no heading" in one.fault) for one in told.faults] == [(2, True)]
    assert ignored.faults == () and len(told.samples) == len(ignored.samples) == 1


def test_a_unit_of_the_map_is_that_of_bare_headings() -> None:
    """A survey says ppm once, above its table; `Al2O3 %` keeps its own, and a mapped heading may name its substance."""
    table = "Name,X,Y,Z,AS,Zinco,Al2O3 %\nS1,1,2,3,40,7,12\n"
    found = read(table, 'unit = "ppm"\n' + PLAIN.replace('"Cu" = "Cu ppm"', '"Zinco" = "Zn"'))

    assert [(one.element, one.unit) for one in found.samples[0].assays] == [("Zn", "ppm"), ("As", "ppm"), ("Al", "%")]


def test_the_header_is_found_below_other_lines() -> None:
    """A title with delimiters, a blank line; rows are counted as the file has them."""
    found = read(f"Project,X,2021\n\n{TABLE.replace('41', 'x')}")

    assert [(one.name, one.row) for one in found.samples] == [("S1", 4)]
    assert [one.row for one in found.faults] == [5]


def _broken(source: random.Random, content: bytes) -> bytes:
    """A table with cells, rows and bytes changed at random."""
    lines = content.split(b"\n")
    for _ in range(source.randint(1, 6)):
        at = source.randrange(len(lines))
        cells = lines[at].split(b";")
        piece = source.choice(
            [b"", b"-", b"<", b"\xff", b'"', b"9" * 60, b"1,2,3", b"nan", b"1e99", b";;;", b"S", b"\x00"]
        )
        cells[source.randrange(len(cells))] = piece
        lines[at] = source.choice(
            [b";".join(cells), lines[at] * 2, b"", lines[at][::-1], lines[source.randrange(len(lines))]]
        )
    return b"\n".join(lines)


def test_no_malformed_table_ends_in_a_traceback() -> None:
    """Five hundred of them, half read by a map that fits the whole one: a refusal, faults, or samples."""
    source, outcomes = random.Random(20261129), {"refused": 0, "faults": 0, "taken": 0}
    for number in range(MALFORMED):
        given = surveys.map_of("relaves")
        if number % 2:
            given = msgspec.structs.replace(
                given, header_row=source.randint(1, 9), decimal=source.choice(["", ".", ","])
            )
        try:
            found = read_mapped(read_table(_broken(source, surveys.content("relaves")), given.form), given)
        except BadTable:
            outcomes["refused"] += 1
        else:
            outcomes["faults" if found.faults else "taken"] += 1

    assert sum(outcomes.values()) == MALFORMED
    assert all(outcomes.values()), outcomes


def test_the_data_say_what_they_are() -> None:
    """Each of the three stands in the note beside them as invented."""
    note = Path("tests/data/surveys/README.md").read_text()

    assert "invented" in note and all(f"`{name}." in note for name in surveys.MAPS)
