"""Changes since a commit, and months with their hashes, against what the database holds."""

import asyncio
import hashlib
import struct
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from api.changes import answers, months
from api.changes.queries import ChangesScope
from api.http.database import DatabasePool
from codec.series_digest import SeriesDigest
from ingest import archive
from ingest.archive import Month, contents, parquet
from ingest.store import commit
from ingest.store.observations import Tally
from tests.api import people
from tests.api.people import bearer
from tests.changing_site import DAY_MINUTES, ChangingSite
from tests.ingest.batches import DERIVED, RAW, START_S, reading
from tests.ingest.revisions.asked import number_of

CHANGES, MONTHS = "/api/v1/changes", "/api/v1/changes/months"


def pages(api: httpx.Client, **asked: Any) -> list[dict[str, Any]]:
    """All pages from one on, in their order."""
    found = [api.get(CHANGES, params=asked).raise_for_status().json()]
    while found[-1]["next"]:
        found.append(api.get(found[-1]["next"]).raise_for_status().json())
    return found


def told(found: list[dict[str, Any]], name: str) -> dict[int, tuple[Any, ...]]:
    """What all pages say of a datastream, by Unix ms; a later page stands for an earlier one."""
    rows = {}
    for span in (span for page in found for span in page["spans"] if span["datastream"] == f"vale:{name}"):
        columns = (span["results"], span["qualities"], span["tests"])
        for time, *row in zip(span["times"], *columns, strict=True):
            rows[round(datetime.fromisoformat(time).timestamp() * 1000)] = tuple(row)
    return rows


def stored(site: ChangingSite, name: str, minutes: range) -> dict[int, tuple[Any, ...]]:
    """What the database has of these minutes."""
    within = range((START_S + 60 * minutes.start) * 1000, (START_S + 60 * minutes.stop) * 1000)
    return {time: tuple(row) for time, *row in site.rows(name) if time in within}


def second_digest(rows: list[tuple[Any, ...]]) -> str:
    """The rule of docs/researching.md without numpy: a second implementation."""
    numbers, texts = hashlib.sha256(), hashlib.sha256()
    for time, result, quality, _ in rows:
        numbers.update(struct.pack("<qdB", time * 1000, float("nan") if result is None else result, quality))
    texts.update("\n".join(tests or "" for *_, tests in rows).encode())
    return hashlib.sha256(numbers.digest() + texts.digest()).hexdigest()


def test_pages_of_any_length_give_what_was_stored(site: ChangingSite, api: httpx.Client) -> None:
    """Readings, a missing one and a late one, in pages of 7 rows and in one, are the rows of the database."""
    since = site.newest()
    site.read(range(100, 120))
    site.miss(120)
    site.read(range(100, 120), DERIVED)
    site.read([90])
    whole, small = pages(api, since=since), pages(api, since=since, limit=7)

    assert told(whole, RAW) == told(small, RAW) == stored(site, RAW, range(90, 121))
    assert told(small, DERIVED) == stored(site, DERIVED, range(100, 120))
    assert max(sum(len(span["times"]) for span in page["spans"]) for page in small) == 7
    assert [page["until"] for page in (whole[-1], small[-1])] == [site.newest()] * 2


def test_spans_that_find_no_place_come_on_the_next_page(
    site: ChangingSite, api: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One span a page, with rows and without, tells the same as all on one."""
    monkeypatch.setattr(answers, "MAX_SPANS", 1)
    since = site.newest()
    site.read([130, 160, 190])
    site.read([130, 160], DERIVED)
    site.judge(130, 131, 3)
    (whole,) = pages(api, since=since)

    async def spans() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        async with DatabasePool(site.database.conninfo("tailwatch_api"), 2, 30) as database:
            place = None
            while place is not None or not found:
                page = await answers.page(database, since, place, ChangesScope(None, None), 100)
                found, place = found + page.body["spans"], page.place
        return found

    told_alone = asyncio.run(spans())
    assert [(one["id"], one["times"], one["results"]) for one in told_alone] == [
        (one["id"], one["times"], one["results"]) for one in whole["spans"]
    ]
    assert len(told_alone) == 2


def test_a_commit_that_ends_later_is_not_missed(site: ChangingSite, api: httpx.Client) -> None:
    """Rows that one transaction wrote first and committed last are told after the commit that overtook it."""
    site.read([4999])  # a chunk that both write into is there
    since, number = site.newest(), number_of(site.connection, RAW)
    insert = "INSERT INTO observation VALUES (%s, to_timestamp(%s), 1.0, 1)"
    tally = Tally(number, (START_S + 60 * 5001) * 1000, 1.0, 1, None, count=1, first_ms=(START_S + 60 * 5001) * 1000)
    with psycopg.connect(site.database.conninfo("tailwatch_ingest")) as slow:
        slow.execute(insert, (number, START_S + 60 * 5001))
        site.read([5000])
        between = pages(api, since=since)
        commit.write(slow, {"vale"}, [tally])
        waiting = pages(api, since=between[-1]["until"])
    after = pages(api, since=waiting[-1]["until"])

    assert list(told(between, RAW)) == [(START_S + 60 * 5000) * 1000]
    assert (told(waiting, RAW), waiting[-1]["until"]) == ({}, between[-1]["until"])
    assert list(told(after, RAW)) == [tally.newest_ms]


def test_flags_and_replaced_values_come_with_their_revisions(site: ChangingSite, api: httpx.Client) -> None:
    """An agent's flag, a person's, a replaced value and an undoing: rows as they are now, each with its revision."""
    site.read(range(200, 210))
    site.read(range(200, 210), DERIVED)
    since = site.newest()
    site.flag(203)
    judged = site.judge(205, 206, 3)
    replaced = site.replace([207, 208], 44.0)
    undone = site.undo(judged)
    found = pages(api, since=since)

    assert told(found, RAW).items() <= stored(site, RAW, range(200, 210)).items()
    assert told(found, RAW)[(START_S + 60 * 203) * 1000] == (3003.0, 4, "spike")
    assert told(found, DERIVED)[(START_S + 60 * 207) * 1000] == (44.0, 1, None)
    kinds = [(one["kind"], one["facility"], one["id"]) for one in found[0]["revisions"]]
    assert kinds[0][0] == "quality-update"
    assert kinds[1:] == [("quality", "vale", judged), ("rederive", "vale", replaced), ("undo", "vale", undone)]


def test_a_late_reading_of_one_does_not_send_the_others_again(site: ChangingSite, api: httpx.Client) -> None:
    """A group with a reading of ten days ago of one datastream and one of now of another tells these two spans."""
    site.read(range(20_000, 20_010), DERIVED)
    site.read(range(20_000, 20_010))
    since, late = site.newest(), START_S + 60 * (20_009 - 10 * DAY_MINUTES)
    site.write([reading(late, 7.0, RAW), reading(START_S + 60 * 20_010, 8.0, DERIVED, None, 1)])
    found = pages(api, since=since)

    assert told(found, RAW) == {late * 1000: (7.0, 2, None)}
    assert told(found, DERIVED) == {(START_S + 60 * 20_010) * 1000: (8.0, 2, None)}


def test_one_datastream_is_told_alone(site: ChangingSite, api: httpx.Client) -> None:
    """Whoever asks for one datastream gets nothing of the others."""
    since = site.newest()
    site.read([300])
    site.read([300], DERIVED)
    found = pages(api, since=since, datastream=f"vale:{DERIVED}", facility="vale")

    assert (list(told(found, DERIVED)), told(found, RAW)) == ([(START_S + 60 * 300) * 1000], {})


def test_months_have_the_hash_of_their_rows(site: ChangingSite, api: httpx.Client) -> None:
    """In pages of one month, in all that have rows; 2025-11 and 2025-12 of the raw readings, by a second program."""
    december = (datetime.fromisoformat("2025-12-02T00:00Z").timestamp() - START_S) / 60
    site.read([400, int(december)])
    following, found = f"{MONTHS}?datastream=vale:{RAW}&limit=1", []
    while following:
        page = api.get(following).raise_for_status().json()
        found, following = found + page["months"], page["next"]
    border = datetime.fromisoformat("2025-12-01T00:00Z").timestamp() * 1000
    rows = site.rows(RAW)
    parts = [[row for row in rows if row[0] < border], [row for row in rows if row[0] >= border]]

    assert [(one["month"], one["rows"]) for one in found] == [("2025-11", len(parts[0])), ("2025-12", len(parts[1]))]
    assert [one["sha256"] for one in found] == [second_digest(part) for part in parts]
    only = api.get(MONTHS, params={"datastream": f"vale:{RAW}", "month": "2025-12"}).json()
    assert only["months"] == found[1:]


def test_a_page_ends_nothing_that_others_follow(
    site: ChangingSite, api: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A month that only a later datastream has is found though a page looks at one datastream only."""
    monkeypatch.setattr(months, "MAX_DATASTREAMS", 1)
    site.read([410], DERIVED)
    everything = api.get(MONTHS).json()["months"]

    async def all_pages() -> list[str]:
        found, place = [], (0, 0)
        async with DatabasePool(site.database.conninfo("tailwatch_api"), 2, 30) as database:
            while place is not None:
                page = await months.page(database, ChangesScope(None, None), place, None, 100)
                found, place = found + [f"{one.datastream} {one.month}" for one in page.months], page.place
        return found

    assert asyncio.run(all_pages()) == [f"{one['datastream']} {one['month']}" for one in everything]
    assert len({one["datastream"] for one in everything}) > 1


def test_the_archive_of_a_month_has_the_same_hash(site: ChangingSite, api: httpx.Client, tmp_path: Path) -> None:
    """Two parts of a month, with a value that was replaced between them, read together."""
    site.read(range(900, 910), DERIVED)
    archive.write(site.connection, tmp_path, "vale", Month("2025-11"))
    site.replace([903, 904], 7.0)
    archive.write(site.connection, tmp_path, "vale", Month("2025-11"))
    parts = [dict(parquet.read(file))[f"vale:{DERIVED}"] for file in sorted((tmp_path / "vale").glob("*.parquet"))]
    table, digest = contents.merged(reversed(parts)), SeriesDigest()
    times, results = table["phenomenon_time"].cast("int64").to_numpy(), table["result"].to_pandas().to_numpy()
    digest.add(times, results, table["quality"].to_numpy(), table["tests"].to_pylist())
    listed = api.get(MONTHS, params={"datastream": f"vale:{DERIVED}", "month": "2025-11"}).json()["months"]

    assert len(parts) == 2
    assert [(one["sha256"], one["rows"]) for one in listed] == [(digest.hexdigest(), digest.rows)]


def test_who_comes_from_before_the_log_is_sent_to_the_months(site: ChangingSite, api: httpx.Client) -> None:
    """So is who has no place yet, and who has a later one than there is; from `until` on nothing is missing."""
    site.read([500])
    old = site.newest()
    site.forget()
    answers = [api.get(CHANGES, params=asked).json() for asked in ({"since": old - 1}, {}, {"since": 2**62})]
    site.read([501])
    after = pages(api, since=answers[0]["until"])

    assert all(one["begins"] == site.newest() - 2 and one["spans"] == [] for one in answers)
    assert all(api.get(one["months"]).json()["months"] for one in answers)
    assert list(told(after, RAW)) == [(START_S + 60 * 501) * 1000] and after[-1]["begins"] is None


def test_an_answer_that_still_holds_is_not_sent_again(site: ChangingSite, api: httpx.Client) -> None:
    """304 for the same page and the same months, until something of it changes."""
    since = site.newest()
    site.read([600])
    first = {path: api.get(path) for path in (f"{CHANGES}?since={since}", f"{MONTHS}?datastream=vale:{RAW}")}
    again = [api.get(path, headers={"if-none-match": answer.headers["etag"]}) for path, answer in first.items()]
    site.read([601])
    changed = [api.get(path, headers={"if-none-match": answer.headers["etag"]}) for path, answer in first.items()]

    assert [answer.status_code for answer in again] == [304, 304]
    assert [answer.status_code for answer in changed] == [200, 200]


def test_an_applied_file_is_told_with_its_hash(site: ChangingSite, api: httpx.Client) -> None:
    """A corrected calibration: version 2, and what was derived anew under it with its revision."""
    site.derive(range(1000, 1010))
    since = site.newest()
    number = site.calibrate()
    found = pages(api, since=since)

    assert [(one["facility"], one["version"]) for one in found[0]["facilities"]] == [("vale", 2)]
    assert found[0]["facilities"][0]["hash"] == api.get("/api/v1/facilities/vale").json()["hash"]
    assert [one["id"] for one in found[0]["revisions"]] == [number]
    assert told(found, DERIVED).items() <= {time: tuple(row) for time, *row in site.rows(DERIVED)}.items()


def test_what_has_left_the_database_is_not_said_to_be_whole(site: ChangingSite, api: httpx.Client) -> None:
    """A month of which a chunk was released has no hash, and a span in it says so."""
    since = site.newest()
    site.read([700])
    with psycopg.connect(site.database.conninfo()) as owner:
        owner.execute("INSERT INTO released_span (start, stop, rows) VALUES ('2025-11-24', '2025-11-26', 0)")
    found, listed = pages(api, since=since), api.get(MONTHS, params={"datastream": f"vale:{RAW}"}).json()["months"]
    with psycopg.connect(site.database.conninfo()) as owner:
        owner.execute("ALTER TABLE released_span DISABLE TRIGGER USER; DELETE FROM released_span")

    assert [span["is_whole"] for span in found[0]["spans"]] == [False]
    assert [one["sha256"] is None for one in listed] == [True] + [False] * (len(listed) - 1)


def test_what_may_not_be_read_is_as_if_it_were_not_there(site: ChangingSite, api: httpx.Client) -> None:
    """Of a private facility nothing is told: not to a stranger, not to the key of another, and all of it to its own."""
    since = site.newest()
    site.read([800])
    people.make_private(site.database.conninfo(), "vale")
    try:
        keys = [people.add_key(site.database.conninfo(), "read", facilities=(one,)) for one in ("rosa", "vale")]
        stranger = [api.get(path) for path in (f"{CHANGES}?since={since}", MONTHS)]
        other, own = (pages_with(api, key, since) for key in keys)
        named = [api.get(f"{CHANGES}?facility={one}", headers=bearer(keys[0])) for one in ("vale", "nona")]
    finally:
        with psycopg.connect(site.database.conninfo()) as owner:
            owner.execute("UPDATE facility SET document = document || '{\"public\": true}'")

    assert [one.status_code for one in stranger] == [401, 401]
    assert (other["spans"], other["facilities"], other["until"]) == ([], [], own["until"])
    assert len(own["spans"]) == 1
    assert [one.status_code for one in named] == [404, 404]


def pages_with(api: httpx.Client, key: str, since: int) -> dict[str, Any]:
    """The first page as the holder of a key gets it."""
    found: dict[str, Any] = api.get(CHANGES, params={"since": since}, headers=bearer(key)).json()
    return found


@pytest.mark.parametrize("asked", ["cursor=x", f"cursor={'A' * 44}", "month=2026-13", "since=-1", "limit=0", "form=x"])
def test_a_wrong_question_is_refused(api: httpx.Client, asked: str) -> None:
    """422 that names the parameter."""
    path = MONTHS if asked.startswith("month") else CHANGES
    answer = api.get(f"{path}?{asked}" if path == MONTHS or "since" in asked else f"{path}?since=0&{asked}")

    assert (answer.status_code, answer.json()["field"]) == (422, asked.partition("=")[0])
