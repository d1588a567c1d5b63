"""A plan replayed on what is stored, by a command and at the shell: the present one beside a proposed one."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingest import rederive
from ingest.alarms import plan_backtest
from ingest.commands import CommandRefused, Task, kinds
from ingest.store import Store
from ingest.values import Connection
from tailings import Series, tarp
from tailwatch.__main__ import app
from tests.ingest.alarms.dam import POND, START_S, TEXT, Dam, minute
from tests.servers import TestDatabase

SPAN = {"from": minute(-10).isoformat(), "to": minute(600).isoformat()}
LOWER = [{"level": "yellow", "when": {"datastream": POND, "test": "above", "value": 337.5, "hysteresis": 0.2}}]


@pytest.fixture
def dam(connection: Connection, store: Store) -> Dam:
    """Ten hours of a pond that goes over 338 m once and over 337.5 m three times."""
    made = Dam(connection, store)
    heights = [337.0, 337.8, 337.0, 338.5, 337.0, 337.0, 337.9, 337.0, 337.0, 337.0]
    made.put([(60 * hour + at, height) for hour, height in enumerate(heights) for at in range(0, 60, 2)])
    return made


def test_the_present_plan_beside_a_proposed_one(dam: Dam) -> None:
    """One alarm against three, first crossings, an hour against three, and a mark that only the proposed one saw."""
    body = {"plan": "overtopping", "levels": LOWER, "marks": [minute(100).isoformat()], **SPAN}
    told: list[float] = []
    found = kinds()["backtest-plan"].do(
        dam.connection, Task(1, "backtest-plan", "vale", "user:1", body, attempts=1), told.append
    )

    present, proposed = found["present"], found["proposed"]
    assert (present["alarms"], proposed["alarms"]) == (1, 3)
    assert (present["first"]["yellow"], proposed["first"]["yellow"]) == (
        minute(180).isoformat(),
        minute(60).isoformat(),
    )
    assert (present["time_in_s"]["yellow"], proposed["time_in_s"]["yellow"]) == (3600.0, 3 * 3600.0)
    assert (present["missed"], proposed["missed"], proposed["marked"][0]["lead_s"]) == (1, 0, 2400.0)
    assert (found["rows"], told) == (300, [1.0])
    assert present["steps"] == [[minute(180).isoformat(), 1], [minute(240).isoformat(), 0]]
    assert present["levels"]["n07:vw1.level"] == [("orange", 330.0)]
    assert present["levels"][POND] == [("yellow", 338.0), ("orange", 339.0), ("red", 340.5)]
    (drawn,) = found["extents"]["series"]
    assert (min(filter(None, drawn["low"])), max(filter(None, drawn["high"]))) == (337.0, 338.5)
    assert found["extents"]["start_s"] == minute(0).timestamp()
    assert dam.rows("SELECT count(*) FROM alarm_event") == [(0,)]


def test_a_long_history_is_replayed_in_pieces_and_is_one_story(dam: Dam) -> None:
    """A quarter of a year in pieces that grow, told of after each, and ended by the first word that it is to stop.

    Its levels are those of the pure function over the whole, also where a piece ends within a run of three readings.
    """
    rows = [(600.0 + 1440 * day + at, 337.0 + 1.5 * (day % 3 == 0)) for day in range(1, 89) for at in (-2, -1, 0, 1, 2)]
    dam.put(rows)
    when = {"datastream": POND, "test": "above", "value": 338.0, "for_n": 3}
    proposed = plan_backtest.proposed_levels("overtopping", None, [{"level": "yellow", "when": when}])
    question = plan_backtest.Question("overtopping", minute(600), minute(600 + 1440 * 89))
    vale, told = rederive.stored_facility(dam.connection, "vale"), []
    found = plan_backtest.replay(dam.connection, vale, question, proposed, told.append)
    times_ms = [round((START_S + 60 * at) * 1000) for at, _ in rows]
    series = Series.of(times_ms, [height for _, height in rows], [1] * len(rows))
    line = tarp.timeline(proposed, {POND: series}, vale)

    assert found["proposed"]["alarms"] == tarp.back_test(line).alarms == 29
    assert len(told) >= 5 and told == sorted(told) and told[-1] == 1.0
    with pytest.raises(ZeroDivisionError):
        plan_backtest.replay(dam.connection, vale, question, proposed, lambda share: 1 / 0)  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"plan": "nothing"}, "no plan 'nothing'"),
        ({"levels": [{"level": "yellow", "when": {"datastream": "n99:x.y", "test": "above", "value": 1}}]}, "n99:x.y"),
        ({"levels": [{"level": "violet", "when": {}}]}, "levels: "),
        ({"to": SPAN["from"]}, "from must be before to"),
    ],
)
def test_what_makes_no_sense_is_refused(dam: Dam, more: dict[str, object], reason: str) -> None:
    """The sentence names what to change."""
    task = Task(1, "backtest-plan", "vale", "user:1", {"plan": "overtopping", **SPAN, **more}, attempts=1)

    with pytest.raises(CommandRefused, match=reason):
        kinds()["backtest-plan"].do(dam.connection, task, lambda share: None)


def test_the_command_says_it_in_words(dam: Dam, vale: TestDatabase, tmp_path: Path) -> None:
    """`tailwatch tarp backtest` with a file that is not applied yet."""
    (tmp_path / "ingest").write_text(vale.conninfo("tailwatch_ingest"))
    (tmp_path / "proposed.toml").write_text(TEXT.replace("value = 338.0", "value = 337.5"))
    words = [
        "tarp",
        "backtest",
        "--facility",
        "vale",
        "--plan",
        "overtopping",
        "--from",
        SPAN["from"],
        "--to",
        SPAN["to"],
    ]
    words += ["--file", str(tmp_path / "proposed.toml"), "--database", str(tmp_path / "ingest")]
    said = CliRunner().invoke(app, words)

    assert said.exit_code == 0, said.output
    assert "300 readings replayed" in said.output
    assert "present: 1 alarms" in said.output and "proposed: 3 alarms" in said.output
