"""Tests of faulty files on the whole way from an assay file and a study file to a study: each ends in a sentence that
names the file, the row or hole, and what helps."""

import csv
import datetime as dt
import io
from collections.abc import Callable

import msgspec
import pytest

from ingest import studies
from ingest.samples import assays
from ingest.samples.assays import StoredSample, of_samples
from ingest.values import Connection
from tailings.laboratory import AssayedSample, read_assays, read_table
from tailings.study import BadStudy, read_inputs
from tailwatch.demo import assays as demo
from tests.tailings.study.example import STUDY, TODAY

Row = dict[str, str]
INPUTS = STUDY.read_text()
BOX_TOP_M = 338.0


def written(change: Callable[[Row], Row | None]) -> str:
    """The demo's assays with rows changed, or left out (None)."""
    rows = list(csv.DictReader(io.StringIO(demo.text())))
    changed = [one for row in rows if (one := change(dict(row))) is not None]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(changed)
    return out.getvalue()


def study_of(file: str, inputs: str = INPUTS) -> None:
    """Run a study of a file, as ingest does but without a database."""
    stored = [_stored(one) for one in read_assays(read_table(file.encode())).samples]
    studies.result_of(read_inputs(inputs), of_samples(stored), TODAY)


def _stored(one: AssayedSample) -> StoredSample:
    told = {name: value for name, value in msgspec.structs.asdict(one).items() if name in StoredSample._fields}
    return StoredSample(
        **told | {"assays": msgspec.to_builtins(one.assays)},
        digest="",
        file_id=1,
        synthetic="",
        of_sample=one.of,
        file_name="demo.csv",
        file_row=one.row,
    )


def moved(by_m: float) -> Callable[[Row], Row]:
    """Collars of all samples, higher or lower."""
    return lambda row: row | {"collar_m": f"{float(row['collar_m']) + by_m:.2f}"} if row["collar_m"] else row


def surface(row: Row) -> Row | None:
    """Only the first sample of each hole, 0.3 m thick, at the top of the box."""
    if row["from_m"] != "0.0" or row["kind"] != "primary":
        return None
    return row | {"to_m": "0.3", "collar_m": f"{BOX_TOP_M}", "oxidised_m": ""}


def lower_lift_without_tungsten(row: Row) -> Row:
    """Nobody asked for it below 328 m."""
    is_below = row["collar_m"] and float(row["collar_m"]) - float(row["from_m"]) < 329
    return row | {"WO3 % [XRF]": "n.s."} if is_below else row


def twin(row: Row) -> Row:
    """The second hole at the collar of the first one."""
    return row | {"offset_m": "-40", "collar_m": "339.68"} if row["hole"] == "DH-02" else row


def far(row: Row) -> Row:
    """A hole whose chainage has one digit too many."""
    return row | {"chainage_m": "3000"} if row["hole"] == "DH-03" else row


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (surface, r"the samples \(demo.csv\) reach through 0.3 of the 20 m of the box.*set elevation_m to what"),
        (lower_lift_without_tungsten, "W: no sample of lift 1, .* has a result of it; have them assayed"),
        (moved(30), r"all 16 collars \(demo.csv\) lie above the top of the box .* another datum; correct collar_m"),
        (moved(8), "lie above the top of the box .*by 7.8 to 9.7 m, and 43 % of the sampled metres outside"),
        (moved(-8), "lie below the top of the box .*37 % of the sampled metres outside"),
        (far, r"DH-03 \(demo.csv row \d+\): chainage 3000 m is 2760 m outside of the box .*correct the place"),
        (twin, r"DH-0[12] \(demo.csv row \d+\) and DH-0[12] \(demo.csv row \d+\) have samples at one place; give"),
        (
            lambda row: row | {"collar_m": "341.50", "oxidised_m": "1.0"} if row["hole"] == "DH-01" else row,
            r"DH-01 \(demo.csv row \d+\): oxidised_m is 1 m .* above the box, which begins at 338 m; correct",
        ),
        (
            lambda row: row | {"oxidised_m": "45"} if row["hole"] == "DH-01" else row,
            r"DH-01 \(demo.csv row \d+\): oxidised_m is 45 m .*no more than the log has seen",
        ),
    ],
)
def test_assays_that_do_not_fit_the_study_are_named(change: Callable[[Row], Row | None], sentence: str) -> None:
    """By hole, file and row, with the fix; none ends in a traceback or in a value."""
    with pytest.raises(BadStudy, match=sentence):
        study_of(written(change))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "p90 = 0.44, p50 = 0.52, p10 = 0.60",
            "p90 = 0.60, p50 = 0.52, p10 = 0.44",
            r"line 121: commodity\[0\].recovery",
        ),
        ("p90 = 0.44, p50 = 0.52, p10 = 0.60", "p90 = 44, p50 = 52, p10 = 60", "line 121: .*write 52 % as 0.52"),
        ("p90 = 0.44, p50 = 0.52, p10 = 0.60", "p90 = 0.44, p50 = 0.52, p10 = 60", "line 121: .*more than the whole"),
        ("p90 = 1120000.0", "p90 = 9120000.0", "line 45: volume_m3.*p90 9.12e.06, .* must rise: nine in ten exceed"),
        (
            "price_p90_share = 0.80",
            "price_p90_share = 80",
            r"line 123: commodity\[0\].price_p90_share: expected a number",
        ),
        ("composite_m", "composit_m", "line .*'composit_m' is not known here; did you mean 'composite_m'"),
    ],
)
def test_a_study_file_that_cannot_be_meant_is_named_by_line(old: str, new: str, sentence: str) -> None:
    """Line, key and fix."""
    assert old in INPUTS
    with pytest.raises(BadStudy, match=f"study: .*{sentence}"):
        study_of(demo.text(), INPUTS.replace(old, new, 1))


def test_gaps_overlaps_and_twins_are_named_when_the_file_comes_in() -> None:
    """An overlap is refused, its row named; a gap and a twin are taken with a note that says what helps."""
    lines = written(lambda row: None if row["hole"] == "DH-01" and row["from_m"] == "3.0" else twin(row)).splitlines()
    found = read_assays(
        read_table("\n".join([*lines, lines[1].replace("S0001,", "X1,").replace("0.0,1.5", "1.0,2.0")]).encode())
    )
    notes = [(one.row, one.column, one.fault) for one in found.notes]

    assert [(one.row, one.column) for one in found.faults] == [(len(lines) + 1, "from_m")]
    assert "overlaps that of S0001 in row 2" in found.faults[0].fault
    assert [(column, fault.partition(";")[0]) for _, column, fault in notes] == [
        ("from_m", "DH-01 has no sample from 3 to 4.5 m"),
        ("hole", "DH-02 stands where DH-01 does"),
    ]


def test_file_and_row_come_from_the_database(connection: Connection) -> None:
    """The name that the file came in with, and the row as a spreadsheet counts it."""
    file = written(far)
    row = max(at for at, line in enumerate(file.splitlines(), 1) if ",DH-03," in line and ",primary," in line)
    assays.take(connection, "vale", "lab 7.csv", file.encode(), "system:1000")

    with pytest.raises(BadStudy, match=rf"DH-03 \(lab 7.csv row {row}\): chainage 3000"):
        studies.make(connection, "vale", INPUTS, "system:1000")


def test_an_overlap_of_two_files_of_before_is_named() -> None:
    """Databases of earlier releases may hold one: the import did not compare files."""
    stored = [_stored(one) for one in read_assays(read_table(demo.text().encode())).samples]
    again = stored[0]._replace(name="X1", file_name="old.csv", file_row=9, top_m=1.0, bottom_m=2.5)

    with pytest.raises(
        BadStudy, match=r"DH-01 \(old.csv row 9\): the sample from 1 m overlaps that from 0 to 1.5 m \(demo"
    ):
        studies.result_of(read_inputs(INPUTS), of_samples([*stored, again]), dt.date(2026, 11, 25))
