"""From the api's overview to the rows of a page, over a real database."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import pytest

import texts
from api.http.database import DatabasePool
from api.http.errors import NotFound
from api.nodes.models import Battery, Node
from api.overview import answers
from api.overview.models import NodeState
from dashboard import reads
from tests import own_loop
from tests.servers import TestDatabase

from .conftest import API_ROLE
from .examples import NOW

Read = TypeVar("Read")


def read(database: TestDatabase, question: Callable[[DatabasePool], Awaitable[Read]]) -> Read:
    """Ask by the api's own connections."""

    async def ask() -> Read:
        async with DatabasePool(database.conninfo(API_ROLE), 2, 10.0) as connected:
            return await question(connected)

    return own_loop.run(ask())


def test_everything_is_read_as_of_one_commit(pages_database: TestDatabase) -> None:
    """Both facilities come with their datastreams, nodes and ledgers, and with the commit the page goes on from."""
    overview = read(pages_database, lambda database: answers.of_all(database, None, NOW))
    shown = reads.shown(overview)

    by_id = {facility.id: facility for facility in shown.facilities}
    assert shown.commit >= 1 and set(by_id) == {"vale", "rosa"}
    assert len(by_id["vale"].nodes) == 8 and by_id["vale"].ledger_sum("lost") == 3
    assert by_id["rosa"].datastreams == ()


def test_names_on_the_page_are_without_the_facility(pages_database: TestDatabase) -> None:
    """vale:n02:vw1.level is n02:vw1.level on vale's page; the minimum freeboard comes from the facility file."""
    shown = read(pages_database, lambda database: reads.one(database, "vale", NOW))

    assert "n02:vw1.level" in {row.name for row in shown.facilities[0].datastreams}
    assert shown.facilities[0].minimum_freeboard_m == 1.5


def test_a_silent_node_brings_its_last_battery(pages_database: TestDatabase) -> None:
    """n06 fell silent 26 h ago with a suspect battery; n08 was never heard of and has no age."""
    shown = read(pages_database, lambda database: reads.one(database, "vale", NOW))
    nodes = {node.id: node for node in shown.nodes}

    assert nodes["n06"].battery_quality == 3 and nodes["n06"].last_pack is not None
    assert nodes["n08"].age_s is None and nodes["n08"].state == "unknown"
    assert nodes["n01"].last_pack and nodes["n06"].last_pack
    assert nodes["n01"].last_pack - nodes["n06"].last_pack > timedelta(hours=25)


@pytest.mark.parametrize(("result", "unit", "volts"), [(3.31, "V", 3.31), (3310.0, "mV", 3.31), (None, "mV", None)])
def test_a_battery_is_told_in_volts(result: float | None, unit: str, volts: float | None) -> None:
    """A file may state it in mV: 3,310 mV are 3.31 V, on the page and in what is said of a silent node."""
    battery = Battery(datastream="vale:n07:battery.voltage", time=NOW, result=result, unit=unit, quality=3)
    node = Node.model_construct(id="n07", name=None, agent="gw1", expected_interval_s=60, battery=battery)
    node = node.model_copy(update=dict.fromkeys(("link_lost_at", "asks_time", "configuration_refused")))
    state = NodeState.model_construct(
        node=node, last_seen_at=NOW, refused=None, faults=[], packs=None, is_agent_online=None
    )

    assert reads.node_row("vale", state, NOW).battery_v == (None if volts is None else pytest.approx(volts))


def test_an_unknown_facility_is_not_found(pages_database: TestDatabase) -> None:
    """The page's answer is the api's own 404."""
    with pytest.raises(NotFound):
        read(pages_database, lambda database: reads.one(database, "nowhere", NOW))


def test_a_fault_that_is_over_is_not_told_any_more(pages_database: TestDatabase) -> None:
    """n04 says it with its newest packs; what n05 said eight days ago is over."""
    shown = read(pages_database, lambda database: reads.one(database, "vale", NOW))
    faults = {node.id: node.faults for node in shown.nodes if node.faults}

    assert faults == {"n04": ("vw1: no answer in 2000 ms",)}


def test_a_gateway_says_by_which_file_it_works(pages_database: TestDatabase) -> None:
    """Behind the stored version, with the reason why it did not take that one, and what waits with it."""
    shown = read(pages_database, lambda database: reads.one(database, "vale", NOW))
    (gateway,) = shown.facilities[0].agents

    assert gateway.version_words(texts.load()) == "Version 0 of 1"
    assert (gateway.refused, gateway.waiting, gateway.not_received) == ('line 12: unknown key "tipp"', 2, 3)
    assert gateway.state == "fresh"
