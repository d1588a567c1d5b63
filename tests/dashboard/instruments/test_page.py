"""The instruments pages: what is calibrated, since when, and in which version of the file it changed."""

from dataclasses import replace
from datetime import UTC, datetime

import httpx
import psycopg

import texts
from api.facilities.versions import Version
from api.instruments import answers
from dashboard.instruments import instrument_list
from tailings import parse
from tests.dashboard.examples import facility
from tests.dashboard.safety.examples import judged, level
from tests.dashboard.safety.plans import PLANS
from tests.servers import TestDatabase
from tests.tailings.facilities import VALE, changed, vale

EN = texts.load()
SAYS = "UPDATE agent_state SET document = jsonb_set(document, '{nodes}', %s) WHERE facility_id = 'vale'"
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def test_one_whose_calibration_has_ended_comes_first() -> None:
    """An end in the past: none in force. One that needs none is not told of."""
    head = '[[instruments."n02:vw1".calibrations]]\nvalid_from = 2024-06-12\n'
    file = parse(changed(head, head + "valid_to = 2025-01-01\n"))
    rows = instrument_list.rows_of(facility([level("n04", 330.0)], []), answers.of_file(file, NOW))

    assert [row.instrument.name for row in rows if not row.instrument.is_calibrated] == ["n02:vw1"]
    assert rows[0].instrument.name == "n02:vw1" and rows[0].instrument.calibrated_since is None


def test_an_instrument_past_its_trigger_or_without_a_usable_value_is_never_green() -> None:
    """330.0 m is past red of n03 (328.0 m); n05 is rejected, n07 stale, n04 below yellow, n02 was never measured."""
    file = parse(VALE.read_text() + PLANS)
    rows = [level("n03", 330.0), level("n04", 330.0), level("n05", 330.0, quality=4), level("n07", 330.0, 9_000)]
    dam = replace(facility(rows, []), assessment=judged(rows, dict.fromkeys(file.tarp, "green"), file))
    found = {row.instrument.name: row.summary.state for row in instrument_list.rows_of(dam, answers.of_file(file, NOW))}

    assert [found[f"{node}:vw1"] for node in ("n03", "n04", "n05", "n07", "n02")] == [
        "red",
        "green",
        "unknown",
        "stale",
        "unknown",
    ]


def test_the_list_and_the_instrument_say_its_level(client: httpx.Client) -> None:
    """n04 stands above its yellow trigger: yellow in the verdict of the list and on its own page, by its level."""
    listed, single = (client.get(f"/f/vale/instruments{rest}").text for rest in ("", "/n04:vw1"))

    assert 'class="verdict yellow"' in listed and "1 past a trigger; " in listed
    assert 'class="verdict yellow"' in single and "By n04:vw1.level: 330.4" in single
    assert 'class="tag yellow"' in single


def test_a_refused_configuration_stands_at_the_node_and_at_its_instruments(
    client: httpx.Client, pages_database: TestDatabase
) -> None:
    """n05 said why it did not take its configuration: a sign on Nodes, and one at each of its instruments."""
    with psycopg.connect(pages_database.conninfo(), autocommit=True) as owner:
        owner.execute(SAYS, ('{"n05": {"refused": "no driver vw2"}}',))
        nodes, listed = (client.get(f"/f/vale/{page}").text for page in ("nodes", "instruments"))
        owner.execute(SAYS, ("{}",))

    assert nodes.count("Configuration refused: no driver vw2") == 1
    assert listed.count("Configuration refused: no driver vw2") == listed.count("/instruments/n05:") > 0


def test_a_calibration_of_the_future_is_not_in_force() -> None:
    """Before its date none is in force; after it, it is."""
    before = instrument_list.rows_of(facility([], []), answers.of_file(vale(), datetime(2024, 6, 1, tzinfo=UTC)))
    after = instrument_list.rows_of(facility([], []), answers.of_file(vale(), NOW))

    assert next(row for row in before if row.instrument.name == "n04:vw1").instrument.calibrated_since is None
    assert next(row for row in after if row.instrument.name == "n04:vw1").instrument.calibrated_since is not None


def test_the_history_names_what_changed() -> None:
    """Version 1 names it, version 3 changes its tip; version 2 is of another instrument and not told."""
    other = VALE.read_text().replace('serial = "1912350"', 'serial = "X"', 1)
    tip = VALE.read_text().replace("tip_elevation_m = 319.2", "tip_elevation_m = 319.4", 1)
    versions = [Version(3, NOW, tip), Version(2, NOW, other), Version(1, NOW, VALE.read_text())]

    told = answers.changes("n04:vw1", versions)

    assert [(one.version, one.code, one.fields) for one in told] == [(3, "changed", ["geometry"]), (1, "came", [])]


def test_the_page_of_an_instrument_has_its_calibration(client: httpx.Client) -> None:
    """The coefficients as they stand in the file, and an unknown instrument is not found."""
    text = client.get("/f/vale/instruments/n04:vw1").text

    assert "-1.2e-07" in text and "polynomial" in text and "Version 1: first named" in text
    assert client.get("/f/vale/instruments/n99:vw1").status_code == 404
