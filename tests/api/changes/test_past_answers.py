"""What was answered as of an instant is answered so ever after, whatever comes later: what one can cite."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ingest.rollups import rebuild
from tailings.instants import rfc3339
from tests.changing_site import STEPS, ChangingSite, SiteWalk, Step
from tests.differences import differences
from tests.ingest.batches import DERIVED, RAW
from tests.ingest.revisions.asked import now

LEVEL: Final = "n07:vw1.level"
NAMES: Final = (RAW, DERIVED, LEVEL)
OF_VALE: Final = "/api/v1/facilities/vale"
ALL: Final = "&".join(f"datastream=vale:{name}" for name in NAMES)
EVERY_FLAG: Final = "quality=1&quality=2&quality=3&quality=4&quality=9"
OF_ONE: Final = tuple(
    f"/api/v1/datastreams/vale:{name}/observations?{words}"
    for name in NAMES
    for words in (
        "limit=5000",
        f"limit=5000&{EVERY_FLAG}",
        "max_points=40",
        "max_points=10",
        f"format=csv&{EVERY_FLAG}",
    )
)
OF_FACILITY: Final = (f"{OF_VALE}/datastreams?", f"{OF_VALE}?")
ADDRESSES: Final = (
    *OF_ONE,
    *OF_FACILITY,
    f"{OF_VALE}/series?{ALL}&max_points=40",
    f"{OF_VALE}/series?{ALL}&max_points=40&uncertainty=true",
    f"{OF_VALE}/series?{ALL}&aligned=PT1H",
    f"{OF_VALE}/series?{ALL}&format=csv",
    f"/api/v1/series?{ALL}&max_points=40",
)
OF_NOW: Final = frozenset({"as_of", "commit", "counts", "last_time", "age_s", "assessment", "aggregation"})
"""What an answer says of the question, of the centre, of the facility now, or of how it was read."""


class Answered(NamedTuple):
    """What was asked as of an instant, and the answer."""

    as_of: datetime
    address: str
    told: Any


@pytest.fixture(scope="module")
def walk(site: ChangingSite) -> SiteWalk:
    """The walk of this module's site, from a day with raw and derived readings on."""
    site.derive(range(0, 90, 3))
    return SiteWalk(site)


def answer(api: httpx.Client, address: str, as_of: datetime | None) -> Any:
    """What is told as of then, or now."""
    found = api.get(address if as_of is None else f"{address}&as_of={rfc3339(as_of)}")
    assert found.status_code == 200, f"{address} {found.text}"
    if not found.headers["content-type"].startswith("application/json"):
        return found.text
    return found.json()


def answers(site: ChangingSite, api: httpx.Client) -> list[Answered]:
    """All addresses, as of now."""
    as_of = now(site.connection)
    return [Answered(as_of, address, answer(api, address, as_of)) for address in ADDRESSES]


def stays(one: Answered, api: httpx.Client) -> bool:
    """Whether the same is told again."""
    return not list(differences(one.told, answer(api, one.address, one.as_of), OF_NOW))


# Without shrinking: each try of it asks the site some hundred times.
@settings(
    max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), database=None, phases=[Phase.generate]
)
@given(steps=STEPS, is_counted=st.booleans())
def test_an_answer_of_the_past_stays(
    walk: SiteWalk, api: httpx.Client, steps: Sequence[Step], is_counted: bool
) -> None:
    """Rows with every flag, charts, grids, files, the newest of each and the facility file, after any later steps."""
    answered: list[Answered] = []
    for kind, number in steps:
        walk.take(kind, number)
        answered += answers(walk.site, api)
        while is_counted and rebuild(walk.site.connection):
            walk.site.connection.commit()

    assert [one.address for one in answered if not stays(one, api)] == []


def test_an_answer_as_of_now_is_that_of_now(site: ChangingSite, api: httpx.Client) -> None:
    """Rows, charts, grids and files: the same as without `as_of`, but for the word that says so."""
    told = {one.address: one.told for one in answers(site, api) if one.address not in OF_FACILITY}
    found = {address: answer(api, address, None) for address in told}

    assert [address for address, one in told.items() if list(differences(one, found[address], OF_NOW))] == []


def test_an_answer_stays_when_all_is_derived_anew(site: ChangingSite, api: httpx.Client) -> None:
    """A corrected calibration changes what is answered now, and nothing that was answered before."""
    answered = answers(site, api)
    site.calibrate()
    later = answers(site, api)

    assert [one.address for one in answered if not stays(one, api)] == []
    assert [one.address for one, then in zip(later, answered, strict=True) if one.told == then.told] == []
