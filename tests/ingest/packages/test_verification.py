"""Tests of verifying a package: whole, changed by hand, and spoilt at random."""

import hashlib
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import packages, revisions
from ingest.database import connect
from ingest.packages import BadPackage, Verification
from ingest.store import Store
from ingest.versions import facility
from tailings.facility import parse
from tests.ingest.packages import made
from tests.ingest.rederive import dam
from tests.servers import TestDatabase

PRESSURE, FREQUENCY = "data/n07/vw1.pressure.csv", "data/n07/vw1.frequency.csv"


def verified(package: Path) -> Verification:
    """What is found of a package."""
    return packages.verify(package, lambda share: None)


def kinds(found: Verification) -> list[str]:
    """What differs, but for the descriptions: they name the content hash, which is another one then."""
    return [one.kind for one in found.differences if one.kind != "description"]


def cell(minute: int, column: int, value: str) -> Any:
    """Writes another value into a cell of the reading of a minute (0: the first of the span)."""

    def edit(content: bytes) -> bytes:
        lines = content.decode().split("\n")
        cells = lines[minute + 1].split(",")
        cells[column] = value
        lines[minute + 1] = ",".join(cells)
        return "\n".join(lines).encode()

    return edit


def test_a_package_as_it_was_made_is_whole(package: Path) -> None:
    """All values, flags and figures are made again; what a person said is counted as given."""
    found = verified(package)

    assert (found.count, found.differences, found.is_same_functions) == (0, [], True)
    assert (found.compared["values"], found.compared["flags"]) == (3 * 240, 3 * 240)
    assert found.compared["figures"] > 1_000


@pytest.mark.parametrize(
    ("path", "edit", "kind", "place"),
    [
        (PRESSURE, cell(7, 1, "201.5"), "value", "n07:vw1.pressure 2025-11-24T17:07:00Z"),
        (PRESSURE, cell(200, 1, "201.5"), "value", "n07:vw1.pressure 2025-11-24T20:20:00Z"),
        (PRESSURE, cell(7, 2, "4"), "flag", "n07:vw1.pressure 2025-11-24T17:07:00Z"),
        (FREQUENCY, cell(9, 1, "2999.25"), "value", "n07:vw1.pressure 2025-11-24T17:09:00Z"),
        (FREQUENCY, cell(9, 2, "3"), "flag", "n07:vw1.frequency 2025-11-24T17:09:00Z"),
    ],
)
def test_a_value_changed_by_hand_is_named(
    package: Path, tmp_path: Path, path: str, edit: Any, kind: str, place: str
) -> None:
    """A derived value, of either version, its flag, a raw value and its flag: the first that differs, though the
    manifest was made anew."""
    found = verified(made.changed(package, tmp_path / "changed.zip", path, edit))

    assert found.count >= 1
    assert (found.differences[0].kind, found.differences[0].place) == (kind, place)


def test_a_changed_file_is_named_by_its_hash_too(package: Path, tmp_path: Path) -> None:
    """Who leaves the manifest as it was is found by both: the file, then the value in it."""
    found = verified(made.changed(package, tmp_path / "changed.zip", PRESSURE, cell(7, 1, "201.5"), is_hidden=False))

    assert [one.kind for one in found.differences[:2]] == ["hash", "value"]
    assert found.differences[0].file == found.differences[1].file == PRESSURE
    assert (found.differences[1].stored, found.count) == (201.5, 2)


def test_a_changed_calibration_is_named(package: Path, tmp_path: Path) -> None:
    """In the facility file it moves the pressures and what is made of them; in the list of calibrations it differs."""
    in_file = made.changed(
        package,
        tmp_path / "a.zip",
        "facility/version-2.toml",
        lambda content: content.replace(b"-0.1995", b"-0.2015"),
    )
    in_list = made.changed(
        package, tmp_path / "b.zip", "calibrations.json", lambda content: content.replace(b"-0.1995", b"-0.2015")
    )
    found = verified(in_file).differences
    first = next(one for one in found if one.kind == "value")

    assert (found[0].kind, found[0].file) == ("hash", "facility/version-2.toml")
    assert first.place == "n07:vw1.pressure 2025-11-24T18:00:00Z"
    assert kinds(verified(in_list)) == ["calibration"]


def test_a_changed_figure_of_the_study_is_named(package: Path, tmp_path: Path) -> None:
    """A result, and an assay that it was made from."""

    def richer(content: bytes) -> bytes:
        result = json.loads(content)
        result["net"][1] *= 1.01
        return json.dumps(result).encode()

    def other_assay(content: bytes) -> bytes:
        samples = json.loads(content)
        one = next(sample for sample in samples if sample[3] == "primary")
        one[11][0]["mg_per_kg"] *= 3
        return json.dumps(samples).encode()

    net = verified(made.changed(package, tmp_path / "a.zip", "study/result.json", richer))
    assay = verified(made.changed(package, tmp_path / "b.zip", "study/samples.json", other_assay))

    assert (kinds(net), net.differences[0].place) == (["figure"], "net.1")
    assert set(kinds(assay)) == {"figure"}


@pytest.mark.parametrize(
    ("path", "before", "after", "place"),
    [
        ("package.json", b'"unit": "kPa"', b'"unit": "psi"', "n07:vw1.pressure.1"),
        ("datapackage.json", b'"unit": "kPa"', b'"unit": "psi"', ""),
        ("LICENSE.txt", b"CC-BY-4.0", b"CC-BY-NC-4.0", ""),
    ],
)
def test_a_changed_description_is_named(
    package: Path, tmp_path: Path, path: str, before: bytes, after: bytes, place: str
) -> None:
    """A unit or a licence that the facility file does not state."""
    found = verified(
        made.changed(package, tmp_path / "changed.zip", path, lambda content: content.replace(before, after, 1))
    )
    first = next(one for one in found.differences if one.place == place)

    assert (first.kind, first.file) == ("description", path)


@pytest.mark.parametrize(
    ("key", "value", "kept", "place"),
    [
        ("origin", "imported", "measured", "n07:vw1.pressure.3"),
        ("expected_interval_s", 6.0, 60.0, "n07:vw1.pressure.4"),
        ("definition", "http://qudt.org/vocab/quantitykind/Height", None, "n07:vw1.pressure.definition"),
    ],
)
def test_what_is_said_of_a_datastream_follows_from_the_facility_file(
    package: Path, tmp_path: Path, key: str, value: Any, kept: Any, place: str
) -> None:
    """Also who writes all hashes and descriptions anew: imported, no pressure would be made again."""

    def edit(content: bytes) -> bytes:
        about = json.loads(content)
        next(one for one in about["datastreams"] if one["name"] == "n07:vw1.pressure")[key] = value
        return json.dumps(about).encode()

    found = verified(made.described_anew(made.changed(package, tmp_path / "a.zip", "package.json", edit)))
    kept = kept or "http://qudt.org/vocab/quantitykind/GaugePressure"

    told = [(one.file, one.place, one.stored, one.recomputed) for one in found.differences]
    assert told == [("package.json", place, value, kept)]


def test_the_number_of_the_study_is_that_of_its_file(package: Path, tmp_path: Path) -> None:
    """The package has version 1 of the study, and says that it is the second."""
    changed = made.changed(
        package, tmp_path / "a.zip", "package.json", lambda text: text.replace(b'"study": 1', b'"study": 2')
    )
    (found,) = verified(made.described_anew(changed)).differences

    assert (found.kind, found.place, found.stored, found.recomputed) == ("description", "study", 2, 1)


def test_a_removed_reading_and_an_invented_one_are_named(package: Path, tmp_path: Path) -> None:
    """A derived value that is left out, and one at a time at which nothing was measured."""

    def without(content: bytes) -> bytes:
        lines = content.split(b"\n")
        return b"\n".join(lines[:8] + lines[9:])

    def invented(content: bytes) -> bytes:
        lines = content.split(b"\n")
        return b"\n".join([*lines[:8], lines[8], lines[8].replace(b"7:00Z", b"7:30Z"), *lines[9:]])

    absent = verified(made.changed(package, tmp_path / "a.zip", PRESSURE, without))
    extra = verified(made.changed(package, tmp_path / "b.zip", PRESSURE, invented))

    assert kinds(absent) == ["absent"]
    assert kinds(extra) == ["extra"]


def without_formulas(text: str) -> str:
    """A facility file without its derived datastreams."""
    tables = re.split(r"(?m)^(?=\[)", text)
    derived = {one.partition("]")[0] for one in tables if one.startswith("[datastreams.") and "\nformula = " in one}
    return "".join(one for one in tables if not any(one.startswith((f"{head}]", f"{head}.")) for head in derived))


def test_what_no_version_of_its_time_derived_is_not_missing(database: TestDatabase, tmp_path: Path) -> None:
    """Version 2 adds the first formulas at 18:00 (minute 120): the readings before have no pressure, and lack none.

    One that is left out later is named: the hour before has 60 readings, the 180 minutes after have 3 values each.
    """
    first, second = without_formulas(dam.FIRST), dam.FIRST.replace("version = 1\n", "version = 2\n", 1)
    store = Store(3600, revisions.take_verdicts)
    with connect(database.conninfo("tailwatch_ingest")) as connection:
        store.greet(connection)
        for text, minutes in ((first, range(120)), (second, range(120, 300))):
            with connection.transaction():
                facility.register(connection, parse(text), text)
            dam.stored_by(store, connection, dam.readings(minutes), text)
        draft = packages.begin(connection, "vale", made.instant(60), made.instant(300))
        made.written(connection, tmp_path / "draft", draft, tmp_path / "whole.zip")
    whole = verified(tmp_path / "whole.zip")

    def applied_then(content: bytes) -> bytes:
        about = json.loads(content)
        times = [made.instant(minute).isoformat() for minute in (-60, 120)]
        about["versions"] = [{**one, "applied_at": at} for one, at in zip(about["versions"], times, strict=True)]
        return json.dumps(about).encode()

    def without_one(content: bytes) -> bytes:
        return b"".join(line for line in content.splitlines(True) if not line.startswith(b"2025-11-24T20:00:00Z"))

    then = made.changed(tmp_path / "whole.zip", tmp_path / "then.zip", "package.json", applied_then)
    less = made.changed(then, tmp_path / "less.zip", PRESSURE, without_one)

    assert (whole.count, whole.differences, whole.compared["values"]) == (0, [], 3 * 180)
    assert kinds(verified(then)) == []
    absent = [one.place for one in verified(less).differences if one.kind == "absent"]
    assert absent == ["n07:vw1.pressure 2025-11-24T20:00:00Z"]


def test_readings_that_nothing_names_are_told(package: Path, tmp_path: Path) -> None:
    """A datastream that package.json leaves out, so that nothing would be compared, and one outside of the span."""

    def without_pressure(content: bytes) -> bytes:
        about = json.loads(content)
        about["datastreams"] = [one for one in about["datastreams"] if one["name"] != "n07:vw1.pressure"]
        return json.dumps(about).encode()

    left_out = verified(made.changed(package, tmp_path / "a.zip", "package.json", without_pressure))
    outside = made.changed(package, tmp_path / "b.zip", PRESSURE, lambda lines: lines.replace(b"T17:", b"T16:", 1))

    assert (left_out.differences[0].kind, left_out.differences[0].file) == ("undeclared", PRESSURE)
    with pytest.raises(BadPackage, match="line 2: the reading is not of the span"):
        verified(outside)


def test_what_cannot_be_made_again_is_counted(package: Path, tmp_path: Path) -> None:
    """Readings of a version that the package lacks are named with their number, not passed over."""

    def only_second(content: bytes) -> bytes:
        about = json.loads(content)
        about["versions"] = [one for one in about["versions"] if one["version"] == 2]
        return json.dumps(about).encode()

    found = verified(made.changed(package, tmp_path / "changed.zip", "package.json", only_second))

    assert found.given["unknown-version n07:vw1.pressure"] == 60


@given(seed=st.integers(0, 2**32))
@settings(max_examples=25)
def test_a_spoilt_package_is_refused_or_told(package: Path, tmp_path_factory: Any, seed: int) -> None:
    """Bytes of a file or of the ZIP changed, cut or doubled: a sentence or a difference, never a trace."""
    chance = random.Random(seed)
    out = tmp_path_factory.mktemp("spoilt") / "spoilt.zip"
    files = made.contents(package)
    small = sorted(path for path in files if not path.startswith("study/"))
    is_whole = chance.random() < 0.3
    content = bytearray(package.read_bytes() if is_whole else files[path := chance.choice(small)])
    at = chance.randrange(len(content))
    kind = chance.randrange(3)
    if kind == 0:
        content[at] ^= 1 << chance.randrange(8)
    elif kind == 1:
        del content[at : at + chance.randrange(1, 40)]
    else:
        content[at:at] = content[at : at + chance.randrange(1, 40)]
    if is_whole:
        out.write_bytes(content)
    else:
        made.packed(
            {name: one for name, one in files.items() if not name.startswith("study/")} | {path: bytes(content)}, out
        )

    try:
        found = verified(out)
    except BadPackage as error:
        assert ": " in str(error) or ";" in str(error)
    else:
        assert found.count or is_whole


@pytest.mark.parametrize(
    ("path", "edit"),
    [
        ("calibrations.json", lambda content: b'{"a":' * 200_000),
        ("study/samples.json", lambda content: b"[" * 200_000),
        ("package.json", lambda content: content.replace(b'"before_s": ', b'"before_s": 9e307, "x": ', 1)),
    ],
)
def test_a_document_that_would_never_end_is_refused(package: Path, tmp_path: Path, path: str, edit: Any) -> None:
    """Lists within lists, and a reach of more than any age of the world."""
    with pytest.raises(BadPackage, match=path):
        verified(made.changed(package, tmp_path / "changed.zip", path, edit))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"language": "en"', b'"language": "../../x"'),
        (b'"name": "Vale do Sino"', b'"called": "Vale do Sino"'),
        (b'"location": {', b'"location": 7, "x": {'),
    ],
)
def test_a_description_of_a_stranger_is_refused(package: Path, tmp_path: Path, before: bytes, after: bytes) -> None:
    """A language that is a path, a facility without a name, and a place that is a number."""
    changed = made.changed(package, tmp_path / "a.zip", "package.json", lambda text: text.replace(before, after, 1))

    with pytest.raises(BadPackage, match=r"package\.json: "):
        verified(changed)


def test_a_licence_that_the_facility_file_does_not_state_is_named(package: Path, tmp_path: Path) -> None:
    """In package.json, from which all that describes the package is made."""
    changed = made.changed(
        package, tmp_path / "a.zip", "package.json", lambda text: text.replace(b"CC-BY-4.0", b"CC0-1.0", 1)
    )
    first = verified(changed).differences[0]

    assert (first.file, first.place, first.stored, first.recomputed) == (
        "package.json",
        "licence",
        "CC0-1.0",
        "CC-BY-4.0",
    )


def test_a_file_of_another_kind_is_told(package: Path, tmp_path: Path) -> None:
    """A program that the manifest names: nothing of a package follows from it."""
    files = made.contents(package) | {"setup.exe": b"MZ"}
    files[made.MANIFEST] += f"{hashlib.sha256(b'MZ').hexdigest()}  setup.exe\n".encode()
    lines = files[made.TAGS].decode().splitlines()
    digest = hashlib.sha256(files[made.MANIFEST]).hexdigest()
    kept = [f"{digest}  {made.MANIFEST}" if line.endswith(made.MANIFEST) else line for line in lines]
    files[made.TAGS] = ("\n".join(kept) + "\n").encode()
    found = verified(made.packed(files, tmp_path / "a.zip"))

    assert [one.file for one in found.differences if one.file == "datapackage.json"] == ["datapackage.json"]


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    """Zeros that unpack to a thousand times their size, a path out of the folder, and what is no ZIP."""
    bomb = made.packed({"data/x.csv": bytes(30_000_000)}, tmp_path / "bomb.zip")
    outside = made.packed({"../x": b"1"}, tmp_path / "outside.zip")
    (tmp_path / "text.zip").write_text("no ZIP")

    for file, sentence in ((bomb, "unpack to"), (outside, "'../x'"), (tmp_path / "text.zip", "no whole ZIP")):
        with pytest.raises(BadPackage, match=sentence):
            verified(file)
