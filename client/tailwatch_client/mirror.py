"""A copy of a site's observations in a DuckDB file, kept by what changed since, and proved equal month by month.

The table `observation` (datastream, phenomenon_time in UTC, result, quality, tests) and the place in the site's log of
commits change in the same transaction: a copy that is killed goes on where it was. Each answer holds the rows of a span
as they are now, so taking one twice changes nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from tailwatch_client import reading
from tailwatch_client.connection import ClientError, Connection, Question, Refused
from tailwatch_client.digest import SeriesDigest
from tailwatch_client.extras import need
from tailwatch_client.periods import interval_of
from tailwatch_client.progress import bar
from tailwatch_client.reading import Selection
from tailwatch_client.rows import PAGE_ROWS, Interval, Rows, microseconds

FILE: Final = "mirror.duckdb"
CHANGES, MONTHS = "/api/v1/changes", "/api/v1/changes/months"
FETCH_ROWS: Final = 50_000
ROUNDS: Final = 5
TABLES: Final = """
CREATE TABLE IF NOT EXISTS observation (
    datastream VARCHAR NOT NULL, phenomenon_time TIMESTAMP NOT NULL,
    result DOUBLE, quality UTINYINT NOT NULL, tests VARCHAR
);
CREATE TABLE IF NOT EXISTS datastream (name VARCHAR PRIMARY KEY, unit VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS place (of VARCHAR NOT NULL, until BIGINT, following VARCHAR);
"""
INSERT: Final = """
INSERT INTO observation
SELECT ?, make_timestamp(unnest(?::BIGINT[])), unnest(?::DOUBLE[]), unnest(?::UTINYINT[]), unnest(?::VARCHAR[])"""
CLEAR: Final = """
DELETE FROM observation
WHERE datastream = ? AND phenomenon_time >= make_timestamp(?) AND phenomenon_time < make_timestamp(?)"""
CLEAR_SOME: Final = f"""{CLEAR}
  AND epoch_us(phenomenon_time) IN (SELECT unnest(?::BIGINT[]))"""
OF_A_SPAN: Final = """
SELECT epoch_us(phenomenon_time), result, quality, tests FROM observation
WHERE datastream = ? AND phenomenon_time >= make_timestamp(?) AND phenomenon_time < make_timestamp(?)
ORDER BY phenomenon_time"""
OWN_MONTHS: Final = """
SELECT datastream, strftime(phenomenon_time, '%Y-%m') AS month, count(*) FROM observation GROUP BY 1, 2 ORDER BY 1, 2"""
PARQUET: Final = """
COPY (SELECT o.*, d.unit, strftime(phenomenon_time, '%Y-%m') AS month FROM observation o
      LEFT JOIN datastream d ON d.name = o.datastream ORDER BY datastream, phenomenon_time)
TO '{folder}' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (datastream, month), OVERWRITE_OR_IGNORE)"""


class MirrorOfOther(ClientError):
    """The folder holds a copy of another site, or of other datastreams: take another folder."""


class Difference(NamedTuple):
    """A month that is not the same here and at the site; how many rows each has."""

    datastream: str
    month: str
    rows_here: int
    rows_there: int


class MirrorDiffers(ClientError):
    """The copy is not equal, though nothing changed meanwhile; `differences` names the months. `repair` mends them."""

    def __init__(self, differences: list[Difference]) -> None:
        named = ", ".join(f"{one.datastream} {one.month}" for one in differences[:3])
        more = f" and {len(differences) - 3} more" if len(differences) > 3 else ""
        super().__init__(f"the mirror differs from the site in {named}{more}")
        self.differences = differences


class Update(NamedTuple):
    """What was taken over, up to which commit, and of which datastreams."""

    until: int
    rows: int
    datastreams: frozenset[str]


class Proof(NamedTuple):
    """All these months have the same hash here and at the site. `left`: those that the site has no hash of any more."""

    until: int
    months: int
    rows: int
    left: list[tuple[str, str]]


class _Comparison(NamedTuple):
    months: int
    rows: int
    left: list[tuple[str, str]]
    differences: list[Difference]


class Mirror:
    """The copy in `folder`; use it in a `with`, or `close` it. One program at a time can have it open."""

    def __init__(
        self,
        connection: Connection,
        folder: Path,
        *,
        facility: str | None = None,
        datastreams: tuple[str, ...] = (),
        shows_progress: bool | None = None,
    ) -> None:
        need("mirror", "duckdb")
        import duckdb

        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / FILE
        self._site, self._shows_progress = connection, shows_progress
        self._question: Question = {"facility": facility, "datastream": sorted(datastreams)}
        self.database: Any = duckdb.connect(str(self.file))
        self.database.execute(TABLES)
        self._check_of(f"{connection.address} {facility or ''} {' '.join(sorted(datastreams))}".strip())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    @property
    def until(self) -> int | None:
        """The commit up to which the copy has everything, None before its first update."""
        found: tuple[int | None] = self.database.execute("SELECT until FROM place").fetchone()
        return found[0]

    def update(self) -> Update:
        """Take over what changed since the last time; at the first time, and after a long one, whole months."""
        rows, touched = 0, set[str]()
        page = self._next_page()
        while True:
            if page["begins"] is not None:
                comparison = self._compare(page["months"])
                rows += self._fetch(comparison.differences)
                touched.update(one.datastream for one in comparison.differences)
                with self._transaction():
                    self._put_place(page["until"], None)
            else:
                rows += self._take(page)
                touched.update(span["datastream"] for span in page["spans"])
            if page["next"] is None:
                return Update(page["until"], rows, frozenset(touched))
            page = self._site.get(page["next"])

    def prove(self) -> Proof:
        """Update, and compare the hash of each month of each datastream with the site's; raise MirrorDiffers."""
        self.update()
        found = self._compare(None)
        differences = [one for one in found.differences if not self._becomes_equal(one)]
        if differences:
            raise MirrorDiffers(differences)
        return Proof(self.until or 0, found.months, found.rows, found.left)

    def repair(self) -> Proof:
        """Fetch whole the months that differ, and prove."""
        self.update()
        self._fetch(self._compare(None).differences)
        return self.prove()

    def to_parquet(self, folder: str | Path) -> Path:
        """Write all of it as Parquet files, one each datastream and month; return the folder."""
        quoted = str(folder).replace("'", "''")
        self.database.execute(PARQUET.format(folder=quoted))
        return Path(folder)

    def _check_of(self, of: str) -> None:
        known = self.database.execute("SELECT of FROM place").fetchone()
        if known is None:
            self.database.execute("INSERT INTO place VALUES (?, NULL, NULL)", [of])
        elif known[0] != of:
            self.close()
            raise MirrorOfOther(f"{self.file} is a copy of {known[0]}, not of {of}: take another folder")

    def _next_page(self) -> dict[str, Any]:
        until, following = self.database.execute("SELECT until, following FROM place").fetchone()
        if following is not None:
            try:
                return self._site.get(following)
            except Refused:  # a cursor of before an upgrade of the site: its commits are read once more
                pass
        return self._site.get(CHANGES, {**self._question, "since": until, "limit": PAGE_ROWS})

    def _take(self, page: dict[str, Any]) -> int:
        """Put the spans of a page in place of what is here, and note how far the copy is; return the rows."""
        rows = 0
        is_at_end = page["next"] is None or "cursor=" not in page["next"]
        with self._transaction():
            for span in page["spans"]:
                found = Rows.of(span)
                self._know(span["datastream"], span["unit"])
                stretch = (datetime.fromisoformat(span["from"]), datetime.fromisoformat(span["to"]))
                # Where some have left the site, what is here of those stays.
                self._clear(span["datastream"], Interval(*stretch), None if span["is_whole"] else found.times_us)
                self._append(span["datastream"], found)
                rows += len(found)
            self._put_place(page["until"] if is_at_end else self.until, None if is_at_end else page["next"])
        return rows

    def _fetch(self, months: list[Difference]) -> int:
        rows = 0
        with bar("months", self._shows_progress) as tell:
            for number, one in enumerate(months, 1):
                month = interval_of(one.month)
                with self._transaction():
                    self._know(one.datastream, None)
                    self._clear(one.datastream, month)
                    chosen = Selection(one.datastream, month)
                    for part in reading.rows(self._site, chosen) if one.rows_there else ():
                        self._append(one.datastream, part)
                        rows += len(part)
                tell(number / len(months))
        return rows

    def _becomes_equal(self, one: Difference) -> bool:
        """Say whether a month that differed does no more: the site may have had a commit between update and hash."""
        question = {"datastream": one.datastream, "month": one.month}
        for _ in range(ROUNDS):
            self.update()
            there = [month["sha256"] for page in self._site.pages(MONTHS, question) for month in page["months"]]
            here = self._digest(one.datastream, one.month)
            if there == [here.hexdigest()] or (not there and not here.rows):
                return True
            if one.datastream not in self.update().datastreams:
                return False
        return False

    def _compare(self, address: str | None) -> _Comparison:
        """Compare all months with the site's; `address` is where the site says that they stand."""
        listed, rows = set[tuple[str, str]](), 0
        left, differences = list[tuple[str, str]](), list[Difference]()
        pages = self._site.pages(address) if address else self._site.pages(MONTHS, self._question)
        for one in (one for page in pages for one in page["months"]):
            name, month = one["datastream"], one["month"]
            listed.add((name, month))
            here = self._digest(name, month)
            rows += here.rows
            if one["sha256"] is None:
                left.append((name, month))
            elif one["sha256"] != here.hexdigest():
                differences.append(Difference(name, month, here.rows, one["rows"]))
        for name, month, count in self.database.execute(OWN_MONTHS).fetchall():
            if (name, month) not in listed:
                differences.append(Difference(name, month, count, 0))
        return _Comparison(len(listed), rows, left, differences)

    def _digest(self, name: str, month: str) -> SeriesDigest:
        digest = SeriesDigest()
        found = self.database.execute(OF_A_SPAN, [name, *_microseconds(interval_of(month))])
        while rows := found.fetchmany(FETCH_ROWS):
            digest.add(rows)
        return digest

    def _clear(self, name: str, span: Interval, only_us: list[int] | None = None) -> None:
        """Take away the rows of a span, or those of it with these times."""
        bounds = [name, *_microseconds(span)]
        if only_us is None:
            self.database.execute(CLEAR, bounds)
        else:
            self.database.execute(CLEAR_SOME, [*bounds, only_us])

    def _append(self, name: str, rows: Rows) -> None:
        if len(rows):
            self.database.execute(INSERT, [name, rows.times_us, rows.results, rows.qualities, rows.tests])

    def _know(self, name: str, unit: str | None) -> None:
        known = self.database.execute("SELECT unit FROM datastream WHERE name = ?", [name]).fetchone()
        if known is None or unit not in (None, known[0]):
            told = unit or self._site.get(f"/api/v1/datastreams/{name}")["unit"]
            self.database.execute("INSERT OR REPLACE INTO datastream VALUES (?, ?)", [name, told])

    def _put_place(self, until: int | None, following: str | None) -> None:
        self.database.execute("UPDATE place SET until = ?, following = ?", [until, following])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self.database.begin()
        try:
            yield
        except BaseException:
            self.database.rollback()
            raise
        self.database.commit()


def _microseconds(span: Interval) -> list[int]:
    assert span.start is not None and span.stop is not None
    return [microseconds(one) for one in (span.start, span.stop)]
