"""The dashboards for Grafana: each panel's SQL on a real site, by the role of Grafana, which itself is not run."""

import json
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import psycopg
import pytest
import yaml
from click.testing import Result
from psycopg import errors, sql
from typer.testing import CliRunner

from api.access import visible
from api.metrics import routes as metrics
from tailings.assess import freshness
from tailings.assess.model import Assessment, WaterCompliance, as_read
from tailwatch import backups, grafana, tools
from tailwatch.commands import grafana as grafana_command
from tailwatch.doctor import database as looks
from tailwatch.servers.database import ADMIN
from tests.api import site
from tests.servers import Database, TestDatabase, fresh_database

ROLE: Final = "tailwatch_grafana"
PASSWORD: Final = "only for tests"
DASHBOARDS: Final = {file.stem: json.loads(file.read_text()) for file in sorted(grafana.DASHBOARDS.glob("*.json"))}
FROM, TO = site.T0 - timedelta(days=1), site.T0 + timedelta(days=1000)
VALUES: Final = {"facility": "vale", "quantity": "water-level"}
STATES: Final = """
INSERT INTO assessment VALUES ('vale', now(), now() + interval '1 h', 'yellow', '{"water": {"outcome": "kept"}}'),
    ('rosa', now(), now() - interval '1 h', 'green', '{}');
INSERT INTO tarp_state (facility_id, plan, digest, since_ms, commit_id, level)
    VALUES ('vale', 'overtopping', 'x', 0, 0, 1);
INSERT INTO tarp_level_change (facility_id, plan, at, before, after, is_late, noted_at)
    VALUES ('vale', 'overtopping', '2026-05-02T00:00Z', 0, 1, false, now());
INSERT INTO alarm_event (facility_id, family, rule, title, is_simulated, level, signal, highest, began_at, noted_at,
    is_past)
    VALUES ('vale', 'dam', 'overtopping', 'overtopping', false, 1, 1, 1, now(), now(), false);
INSERT INTO agent_state (facility_id, agent_id, is_online, batches, bytes, limit_bytes)
    VALUES ('vale', 'gw1', true, 7, 700, 1000);
INSERT INTO instrument_fault VALUES ('vale', 'n07', 'vw1', 'no signal', now(), now(), 1);
UPDATE facility SET document = document - 'public' WHERE id = 'rosa';
"""


class PanelQuery(NamedTuple):
    """A question of a dashboard: where it stands, its SQL, and whether it is drawn over time."""

    place: str
    text: str
    is_series: bool


def queries(dashboard: dict[str, Any]) -> Iterator[PanelQuery]:
    """The questions of panels and of variables; those of Prometheus have none."""
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            if "rawSql" in target:
                place = f"{dashboard['uid']}: {panel['title']} {target['refId']}"
                yield PanelQuery(place, target["rawSql"], target["format"] == "time_series")
    for variable in dashboard["templating"]["list"]:
        yield PanelQuery(f"{dashboard['uid']}: ${variable['name']}", variable["query"], False)


QUERIES: Final = [query for dashboard in DASHBOARDS.values() for query in queries(dashboard)]


def expanded(text: str) -> str:
    """As Grafana would send it (its page "PostgreSQL query editor", macros): the test's own reading of it."""
    text = text.replace("$__interval", "1h")
    text = re.sub(r"\$__timeGroupAlias\(([\w.]+), ?1h\)", r'floor(extract(epoch from \1)/3600)*3600 AS "time"', text)
    text = re.sub(r"\$__timeFilter\(([\w.:]+)\)", rf"\1 BETWEEN '{FROM.isoformat()}' AND '{TO.isoformat()}'", text)
    for name, value in VALUES.items():
        text = text.replace(f"${{{name}:sqlstring}}", f"'{value}'")
    assert "$" not in text, f"not expanded: {text}"
    return text


@pytest.fixture(scope="module")
def shown(cluster: Database) -> Iterator[TestDatabase]:
    """A site with something for each panel, rosa private, and the role."""
    with fresh_database(cluster) as fresh:
        site.build(fresh.conninfo())
        with psycopg.connect(fresh.conninfo()) as owner:
            owner.execute(STATES.encode())
        let_in(fresh)
        with psycopg.connect(fresh.conninfo(ADMIN), autocommit=True) as admin:
            admin.execute(sql.SQL("ALTER ROLE tailwatch_grafana PASSWORD {}").format(sql.Literal(PASSWORD)))
        yield fresh


def let_in(database: TestDatabase, *private: str) -> None:
    with psycopg.connect(database.conninfo(ADMIN), autocommit=True) as admin:
        admin.execute(grafana.files(private)[grafana.READER].encode())


def conninfo(database: TestDatabase) -> str:
    return psycopg.conninfo.make_conninfo(database.conninfo(ADMIN), user=ROLE, password=PASSWORD)


@pytest.fixture
def reader(shown: TestDatabase) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """A connection as Grafana's: role, search path and limits are those of the role."""
    with psycopg.connect(conninfo(shown), autocommit=True) as connection:
        yield connection


def fault(connection: psycopg.Connection[tuple[Any, ...]], query: PanelQuery) -> str | None:
    """What is wrong with a question: an error, no rows, or no time to draw it over."""
    try:
        answer = connection.execute(expanded(query.text).encode())
        rows, columns = answer.fetchall(), [one.name for one in answer.description or ()]
    except psycopg.Error as error:
        return str(error)
    if not rows:
        return "no rows"
    if query.is_series and (
        columns[0] != "time" or not any(isinstance(one, int | float | Decimal) for one in rows[0][1:])
    ):
        return f"no series: {columns}"
    return None


@pytest.mark.parametrize("query", QUERIES, ids=lambda one: one.place)
def test_each_panel_has_rows(reader: psycopg.Connection[tuple[Any, ...]], query: PanelQuery) -> None:
    """Its SQL is answered where the site has data, within the rights of the role."""
    assert fault(reader, query) is None


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("d.quantity", "d.quantities"), ("o.quality IN", "o.quality > 90 AND o.quality IN"), ('"time"', '"at"')],
)
def test_a_broken_panel_is_found(reader: psycopg.Connection[tuple[Any, ...]], right: str, wrong: str) -> None:
    """A column that is not there, a condition that nothing meets, a series without its time."""
    readings = next(one for one in QUERIES if one.place.endswith("Readings A"))
    text = expanded(readings.text)
    assert right in text

    assert fault(reader, readings._replace(text=text.replace(right, wrong))) is not None


def test_readings_are_those_of_the_site(reader: psycopg.Connection[tuple[Any, ...]]) -> None:
    """The first hour of the panel is the mean that the site was made with; fail and missing are left out."""
    readings = next(one for one in QUERIES if one.place.endswith("Readings A"))
    rows = reader.execute(expanded(readings.text).encode()).fetchall()
    first = [result for minute in range(60) for result, flag, _ in [site.level(minute)] if result and flag < 4]

    assert [float(rows[0][0]), rows[0][1]] == [site.T0.timestamp(), "n07:vw1.level m"]
    assert rows[0][2] == pytest.approx(sum(first) / len(first))
    assert max(row[2] for row in rows) < 400


# A second water level of the instrument, of 100 m in the third hour.
SECOND: Final = """
INSERT INTO datastream (id, name, facility_id, node_id, instrument_id, quantity, unit, expected_interval_s)
OVERRIDING SYSTEM VALUE VALUES (61, 'vale:n07:vw1.smooth', 'vale', 'n07', 'vw1', 'water-level', 'm', 60);
INSERT INTO observation SELECT 61, time, 100, 1, NULL, NULL, time
FROM generate_series(timestamptz '2026-05-01T02:00Z', '2026-05-01T02:59Z', '1 min') time;
INSERT INTO rollup_hour SELECT * FROM recount_hours('{61}', '{1777600800000}', '{1777604400000}')"""


def test_two_datastreams_of_an_instrument_are_two_lines(
    shown: TestDatabase, reader: psycopg.Connection[tuple[Any, ...]]
) -> None:
    """Each has its own mean, smallest and largest, under its own name, where both are of one quantity and unit."""
    with psycopg.connect(shown.conninfo()) as owner:
        owner.execute(SECOND)
    hour = site.T0 + timedelta(hours=2)
    level = [result for minute in range(120, 180) for result, flag, _ in [site.level(minute)] if result and flag < 4]
    right = {
        "Readings A": ("", (sum(level) / len(level), 100)),
        "Smallest and largest of each hour A": (" smallest", (min(level), 100)),
        "Smallest and largest of each hour B": (" largest", (max(level), 100)),
    }
    for place, (what, values) in right.items():
        query = next(one for one in QUERIES if one.place.endswith(place))
        rows = reader.execute(expanded(query.text).encode()).fetchall()
        found = {name: value for at, name, value in rows if at in (hour, hour.timestamp())}

        assert found == pytest.approx(
            dict(zip([f"n07:vw1.{one} m{what}" for one in ("level", "smooth")], values, strict=True))
        )


PRIVATE: Final = [
    "SELECT * FROM public.session",
    "SELECT * FROM public.person",
    "SELECT * FROM public.facility",
    "SELECT * FROM public.observation",
    "SELECT public.begin_session('ana', 'x', ''::bytea, '', '')",
    "CREATE TEMPORARY TABLE t (a int)",
    "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "DELETE FROM grafana.alarm",
]


@pytest.mark.parametrize("statement", PRIVATE)
def test_the_role_reads_its_views_and_nothing_else(reader: psycopg.Connection[tuple[Any, ...]], statement: str) -> None:
    """No table of ours, no function of the api, nothing made or changed, also where it turns its own limits off."""
    reader.execute("SET default_transaction_read_only = off")
    with pytest.raises(errors.InsufficientPrivilege):
        reader.execute(statement.encode())


def test_no_table_and_no_function_of_ours_is_open_to_the_role(shown: TestDatabase) -> None:
    """Read from the catalog: what it may select is the schema of the views."""
    query = (
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
        " WHERE relkind IN ('r', 'v', 'm', 'p') AND nspname !~ '^(pg_|information_schema|_?timescaledb)'"
        " AND (has_table_privilege('tailwatch_grafana', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')"
        "      OR has_any_column_privilege('tailwatch_grafana', c.oid, 'SELECT, INSERT, UPDATE'))"
        " AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = c.oid AND deptype = 'e')"
    )
    definers = (
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
        " AND prorettype <> 'trigger'::regtype AND has_function_privilege('tailwatch_grafana', oid, 'EXECUTE')"
    )
    with psycopg.connect(shown.conninfo()) as owner:
        may = set(owner.execute(query).fetchall())
        acts = owner.execute(definers).fetchall()
        good = [one.verdict for one in (*looks.roles(owner), *looks.rights(owner))]

    assert {schema for schema, _ in may} == {"grafana"} and len(may) == grafana_views() and acts == []
    assert good == ["good", "good"]


def grafana_views() -> int:
    return grafana.files()[grafana.READER].count("CREATE VIEW grafana.")


def test_a_private_facility_is_shown_only_by_name(shown: TestDatabase) -> None:
    """Rosa is not public: it is in no view until it is named, and again in none afterwards."""
    asked = "SELECT (SELECT array_agg(id ORDER BY id) FROM facility), (SELECT min(verdict) FROM assessment WHERE {})"
    found = []
    for private in ((), ("rosa",), ()):
        let_in(shown, *private)
        with psycopg.connect(conninfo(shown)) as connection:
            found.append(connection.execute(asked.format("facility_id = 'rosa'").encode()).fetchone())

    assert found == [(["vale"], None), (["rosa", "vale"], "blind"), (["vale"], None)]


@pytest.mark.parametrize("is_expired", [False, True])
@pytest.mark.parametrize("water", [None, WaterCompliance("met", 1), WaterCompliance("exceeded", 1, 1)])
def test_the_verdict_is_that_of_the_pages(shown: TestDatabase, is_expired: bool, water: WaterCompliance | None) -> None:
    """The view says what `as_read` and `worst` say, which the pages show."""
    now = datetime.now(UTC)
    valid_until = now + timedelta(hours=-1 if is_expired else 1)
    made = Assessment(
        facility="vale",
        made_at=now,
        valid_until=valid_until,
        verdict="orange",
        level="orange",
        sight="sees",
        reasons=(),
        failure_modes=(),
        water=water,
    )
    document = msgspec.json.encode(made).decode()
    with psycopg.connect(shown.conninfo()) as owner:
        owner.execute(
            "UPDATE assessment SET valid_until = %s, verdict = 'orange', document = %s", (valid_until, document)
        )
        found = owner.execute("SELECT verdict FROM grafana.assessment").fetchall()
        owner.rollback()

    assert found == [(as_read(made, now).worst,)]


def test_each_view_keeps_to_the_facilities_that_are_shown() -> None:
    """And is a barrier: no condition of a question is tried on rows that it may not see."""
    views = re.findall(
        r"CREATE VIEW grafana\.(\w+) (WITH \(security_barrier\) AS)?(.*?);", grafana.files()[grafana.READER], re.DOTALL
    )

    assert visible.PUBLIC in views[0][2]  # the rule of the api
    assert len(views) == grafana_views() and all(barrier for _, barrier, _ in views)
    assert all("grafana.facility)" in body or "grafana.datastream)" in body for name, _, body in views[1:])


@pytest.mark.parametrize("id", ["x'); DROP TABLE facility --", "a,b", "", "a b"])
def test_what_is_no_id_goes_into_no_sql(id: str) -> None:
    """The name stands in a file that an administrator runs."""
    with pytest.raises(grafana.NoFacility):
        grafana.files([id])


def test_a_backup_leaves_the_role_out(shown: TestDatabase, tmp_path: Path) -> None:
    """The role is of the cluster and not of the database: a backup that named it could not be restored elsewhere."""
    backups.back_up(shown.conninfo(), tmp_path, tmp_path / "backup")
    words = [tools.find("pg_restore"), "--file=-", str(tmp_path / "backup" / backups.DUMP)]
    restored = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout

    assert "grafana" not in restored and "CREATE TABLE public.observation" in restored


def test_dashboards_are_whole() -> None:
    """One schema version, unique ids, titles and places, and only data sources that are provisioned."""
    sources = {one["uid"]: one["type"] for one in yaml.safe_load(grafana.files()["datasources.yml"])["datasources"]}
    for name, dashboard in DASHBOARDS.items():
        panels = dashboard["panels"]
        named = [one["datasource"] for panel in panels for one in (panel, *panel["targets"])]
        named += [one["datasource"] for one in dashboard["templating"]["list"]]
        cells = [
            (x, y)
            for p in (panel["gridPos"] for panel in panels)
            for x in range(p["x"], p["x"] + p["w"])
            for y in range(p["y"], p["y"] + p["h"])
        ]

        assert (dashboard["uid"], dashboard["schemaVersion"], "id" in dashboard) == (name, 39, False)
        assert len({panel["id"] for panel in panels}) == len({panel["title"] for panel in panels}) == len(panels)
        assert all(sources[one["uid"]] == one["type"] for one in named)
        assert len(cells) == len(set(cells)) and max(x for x, _ in cells) < 24


def test_no_file_holds_a_password() -> None:
    """The data source names a file; PostgreSQL's role is made without one."""
    texts = grafana.files()
    (database,) = [one for one in yaml.safe_load(texts["datasources.yml"])["datasources"] if "secureJsonData" in one]

    assert re.fullmatch(r"\$__file\{/[\w./]+\}", database["secureJsonData"]["password"])
    assert database["user"] == ROLE
    assert not re.search(r"PASSWORD\s+'", texts[grafana.READER])


def test_figures_of_dashboards_exist() -> None:
    """Each figure that a panel asks Prometheus for is one that /metrics gives."""
    source = Path(metrics.__file__).read_text()
    asked = [t["expr"] for d in DASHBOARDS.values() for p in d["panels"] for t in p["targets"] if "expr" in t]
    named = set(re.findall(r"\btailwatch_\w+", "\n".join(asked)))

    assert len(named) >= 15 and {name for name in named if f'"{name}"' not in source} == set()


def test_a_node_is_red_from_when_it_is_silent() -> None:
    """The threshold of the panel is that of the assessment."""
    (panel,) = [one for one in DASHBOARDS["tailwatch-delivery"]["panels"] if one["title"] == "Nodes"]
    (steps,) = re.findall(r'"color": "red", "value": (\d+)', json.dumps(panel))

    assert int(steps) == freshness.STALE_INTERVALS


def write(*words: object) -> Result:
    return CliRunner().invoke(grafana_command.app, [str(word) for word in words])


def test_files_are_written_once_and_edited_ones_kept(tmp_path: Path) -> None:
    """The second time nothing is new; a file that was edited is named and kept, until it may be replaced."""
    first, again = write(tmp_path), write(tmp_path)
    edited = tmp_path / "reader.sql"
    edited.write_text("mine")
    refused, kept = write(tmp_path, "--facility", "rosa"), edited.read_text()
    replaced = write(tmp_path, "--facility", "rosa", "--replace")

    assert {str(Path(line).relative_to(tmp_path)) for line in first.stdout.split()} == grafana.files().keys()
    assert (again.stdout.strip(), again.exit_code) == ("all are there already", 0)
    assert (refused.exit_code, kept, replaced.exit_code) == (2, "mine", 0) and str(edited) in refused.stderr
    assert "ANY ('{rosa}'::text[])" in edited.read_text()
