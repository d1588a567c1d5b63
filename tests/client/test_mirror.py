"""The mirror equals the site, by hash, after whatever happens at the site; and what is broken on purpose is found."""

import random
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from tailwatch_client import Mirror, MirrorDiffers, MirrorOfOther, Site

from tests.changing_site import STEPS, ChangingSite, SiteWalk, Step
from tests.ingest.batches import DERIVED, RAW, START_S


@pytest.fixture(scope="module")
def walk(site: ChangingSite) -> SiteWalk:
    """The walk of this module's site."""
    return SiteWalk(site)


@pytest.fixture(scope="module")
def mirror(there: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mirror]:
    """A copy of all of the site."""
    with there.mirror(tmp_path_factory.mktemp("mirror")) as opened:
        yield opened


@settings(max_examples=6, suppress_health_check=list(HealthCheck), database=None)
@given(steps=STEPS)
def test_the_mirror_equals_the_site_after_each_step(walk: SiteWalk, mirror: Mirror, steps: list[Step]) -> None:
    """Readings, late ones, flags, replaced values, undone ones, derived ones, and a log that was cut."""
    for kind, number in steps:
        walk.take(kind, number)
        proof = mirror.prove()

        assert (proof.until, proof.left) == (walk.site.newest(), [])
        assert proof.rows == mirror.database.execute("SELECT count(*) FROM observation").fetchone()[0]


def test_a_corrected_calibration_arrives(site: ChangingSite, mirror: Mirror) -> None:
    """What was derived anew is what the mirror has."""
    site.derive(range(3000, 3010))
    mirror.update()
    site.calibrate()
    update = mirror.update()

    assert {"vale:n07:vw1.pressure", "vale:n07:vw1.level"} <= update.datastreams
    assert mirror.prove().until == site.newest()


def test_a_commit_that_was_skipped_is_found_and_named(site: ChangingSite, mirror: Mirror) -> None:
    """A mirror that takes a later place in the log than it has read is not equal, says where, and can be mended."""
    mirror.update()
    site.read([4000])
    mirror.database.execute("UPDATE place SET until = ?", [site.newest()])

    with pytest.raises(MirrorDiffers, match=RAW) as found:
        mirror.prove()
    (one,) = found.value.differences
    assert (one.datastream, one.month, one.rows_there - one.rows_here) == (f"vale:{RAW}", "2025-11", 1)
    assert mirror.repair().until == site.newest()


LATER = "phenomenon_time = phenomenon_time + INTERVAL 1 SECOND"


@pytest.mark.parametrize("change", ["result = result + 1e-9", "quality = 1", "tests = 'spike'", LATER])
def test_a_value_changed_by_hand_is_found_and_named(site: ChangingSite, mirror: Mirror, change: str) -> None:
    """In the month and the datastream where it stands, whatever of it was changed."""
    site.read([4100])
    mirror.update()
    where = f"datastream = 'vale:{RAW}' AND phenomenon_time = make_timestamp({(START_S + 60 * 4100) * 1_000_000})"
    mirror.database.execute(f"UPDATE observation SET {change} WHERE {where}")

    with pytest.raises(MirrorDiffers) as found:
        mirror.prove()
    assert [(one.datastream, one.month) for one in found.value.differences] == [(f"vale:{RAW}", "2025-11")]
    mirror.repair()


def test_rows_that_the_site_never_had_are_found(mirror: Mirror) -> None:
    """Also in a month of which the site has nothing."""
    mirror.database.execute("INSERT INTO observation VALUES ('vale:n07:vw1.level', '1999-05-03', 1.0, 1, NULL)")

    with pytest.raises(MirrorDiffers, match=r"vale:n07:vw1\.level 1999-05"):
        mirror.prove()
    mirror.repair()


def test_some_datastreams_of_a_facility(site: ChangingSite, there: Site, tmp_path: Path) -> None:
    """Only those are kept; the folder is theirs, and Parquet files of it hold the same rows with their unit."""
    site.read([4200], DERIVED)
    with there.mirror(tmp_path, facility="vale", datastreams=[f"vale:{DERIVED}"]) as small:
        small.prove()
        rows = small.database.execute("SELECT DISTINCT datastream FROM observation").fetchall()
        small.to_parquet(tmp_path / "files")
        query = f"SELECT count(*), any_value(unit) FROM '{tmp_path}/files/**/*.parquet'"
        files = small.database.execute(query).fetchone()

    assert rows == [(f"vale:{DERIVED}",)]
    assert files == (len(site.rows(DERIVED)), "kPa")
    with pytest.raises(MirrorOfOther):
        there.mirror(tmp_path)


def test_an_update_that_was_cut_goes_on(site: ChangingSite, there: Site, tmp_path: Path) -> None:
    """A line that breaks after each page: begun again, by another process, it ends at the same."""
    with there.mirror(tmp_path) as begun:
        begun.update()
    site.read(range(5000, 5050))
    broken = there.mirror(tmp_path)
    page = broken._next_page()
    broken._take(page | {"next": "/api/v1/changes?since=0&cursor=of-before-an-upgrade"})
    broken.close()
    with there.mirror(tmp_path) as again:
        assert again.prove().until == site.newest()


def test_what_the_site_has_no_more_stays(site: ChangingSite, there: Site, tmp_path: Path) -> None:
    """Late readings in a span that has left for the archive come; what the copy has of it stays, and is not proved."""
    site.read(range(6000, 6010))
    count = "SELECT count(*) FROM observation"
    with there.mirror(tmp_path) as small:
        small.update()
        before = small.database.execute(count).fetchone()[0]
        with psycopg.connect(site.database.conninfo(), autocommit=True) as owner:
            owner.execute("SELECT drop_chunks('observation', older_than => timestamptz '2026-01-01')")
            owner.execute("INSERT INTO released_span (start, stop, rows) VALUES ('2025-10-01', '2026-01-01', 1)")
        site.read([6001, 6010])
        proof = small.prove()
        after = small.database.execute(count).fetchone()[0]
        with psycopg.connect(site.database.conninfo(), autocommit=True) as owner:
            owner.execute("ALTER TABLE released_span DISABLE TRIGGER USER; DELETE FROM released_span")

    assert (after, site.connection.execute(count).fetchone()) == (before + 1, (2,))
    assert (f"vale:{RAW}", "2025-11") in proof.left


@pytest.mark.long
def test_a_thousand_commits_while_the_mirror_follows(
    site: ChangingSite, walk: SiteWalk, there: Site, tmp_path: Path
) -> None:
    """Steps by chance in one thread, updates in another: when it is still again, all is equal."""
    chance = random.Random(36)
    kinds = ["read", "late", "miss", "flag", "replace", "judge", "undo", "derive", "backlog"]
    begun = site.newest()

    def go() -> None:
        while site.newest() < begun + 1000:
            walk.take(chance.choice(kinds), chance.randrange(20))

    going = threading.Thread(target=go)
    with there.mirror(tmp_path) as following:
        going.start()
        while going.is_alive():
            following.update()
        going.join()
        assert following.prove().until == site.newest()
