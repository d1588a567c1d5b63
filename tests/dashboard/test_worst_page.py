"""The overview is never better than the worst page of a facility, over made-up answers of the api.

Each page is made by its own code from its own typed answer; severities are those of the design of the pages, section 2.
"""

import csv
from collections.abc import Callable
from dataclasses import replace
from typing import Final, NamedTuple

import msgspec
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

import texts
from dashboard import key_figures, states, verdict
from dashboard.safety import headline, margins
from dashboard.view_models import DatastreamRow, FacilityRow
from dashboard.water import verdicts
from tailings.assess import water
from tailings.water import ParsedSample, parse
from tests.dashboard.examples import NOW, datastream
from tests.dashboard.safety.examples import watched
from tests.dashboard.water.examples import answered
from tests.tailings.water.tables import exceeded, monthly

EN = texts.load()
LOUD: Final = ("red", "orange", "blind", "yellow")
ZONE: Final = "Europe/Lisbon"


def samples(text: str) -> tuple[ParsedSample, ...]:
    """What the import makes of a laboratory's table."""
    return tuple(parse(list(csv.reader(text.splitlines())), ZONE).samples)


WATER: Final = {
    "none": (),
    "exceeded": samples(exceeded(NOW)),
    "few": samples(monthly(NOW, "Cd ug/L dissolved,CaCO3 mg/L total", ["0.01,70"] * 2)),
}


class Site(NamedTuple):
    """What is known of one facility: its readings, its plans with the level of record of each, and its laboratory."""

    rows: tuple[DatastreamRow, ...]
    plans: dict[str, str]
    laboratory: str


NAMES: Final = {"n04:vw1.level": 330.4, "n03:vw1.level": 327.0, "n02:vw1.level": 322.6, "n01:pond.level": 340.0}
"""Datastreams of the plans, each with its yellow trigger."""


def row(name: str, over_m: float, age_s: float | None, quality: int) -> DatastreamRow:
    """A reading so far above the yellow trigger of its plan; quality 9 is missing."""
    quantity = "pond-level" if "pond" in name else "water-level"
    return datastream(name, quantity, None if quality == 9 else NAMES[name] + over_m, age_s, quality)


READING = st.tuples(
    st.sampled_from((-0.5, 0.2, 0.7, 1.2)), st.sampled_from((12.0, 90_000.0, None)), st.sampled_from((1, 2, 3, 4, 9))
)
SITES = st.builds(
    Site,
    st.tuples(*[READING.map(lambda one, name=name: row(name, *one)) for name in NAMES]),
    st.dictionaries(
        st.sampled_from(("pore-pressure", "overtopping", "mild")), st.sampled_from(("green", "yellow", "orange"))
    ),
    st.sampled_from(sorted(WATER)),
)
StateOf = Callable[[FacilityRow], str]


def shown(site: Site) -> FacilityRow:
    """The facility as the overview shows it: by the assessment that ingest stores, limits of water included."""
    found = watched(list(site.rows), site.plans).facility
    judged = water.assess(WATER[site.laboratory], (), NOW, ZONE).compliance
    return replace(found, assessment=msgspec.structs.replace(found.assessment, water=judged))


def worst_page(site: Site) -> str:
    """The worst state that its pages Now, Safety and Water say."""
    dam = watched(list(site.rows), site.plans)
    safety = headline.verdict(dam, margins.of_facility(dam, EN), EN).state
    found = answered(list(site.rows), WATER[site.laboratory], levels=site.plans)
    of_water = verdicts.verdict(found, verdicts.lines(found, EN), found.drainage, EN).state
    now = verdict.of_facility(shown(site), NOW, EN).state
    return min((safety, of_water, now), key=states.severity)


def is_as_bad(site: Site, state_of: StateOf) -> bool:
    """Whether the overview is as bad as the worst page: a loud state is its own, and no tick stands for no plan."""
    state, worst = state_of(shown(site)), worst_page(site)
    if worst in LOUD and states.severity(state) > states.severity(worst):
        return False
    return bool(site.plans) or state != "green"


def of_overview(facility: FacilityRow) -> str:
    """What the overview shows of one facility, in its verdict as in its row."""
    banner = verdict.of_facilities([facility], EN).state
    assert banner == facility.summary.state
    return banner


def of_dam_alone(facility: FacilityRow) -> str:
    """The rule as it was: a limit of water that is exceeded makes no difference."""
    return facility.assessment.verdict


def of_readings_alone(facility: FacilityRow) -> str:
    """A rule that takes readings that arrive for safety."""
    return states.of_parts(row.part for row in facility.datastreams).state


@settings(max_examples=60, deadline=None)
@given(SITES)
def test_the_overview_is_never_better_than_the_worst_page(site: Site) -> None:
    """Red, orange, blind and yellow of any page stand in the overview; no plan is no green."""
    assert is_as_bad(site, of_overview)


@pytest.mark.parametrize("broken", [of_dam_alone, of_readings_alone])
def test_the_property_finds_a_rule_that_is_too_mild(broken: StateOf) -> None:
    """The control: of each broken rule there is a facility that it makes better than its worst page."""
    try:
        found = find(
            SITES, lambda site: not is_as_bad(site, broken), settings=settings(max_examples=500, deadline=None)
        )
    except NoSuchExample:
        pytest.fail("the property holds for a broken rule")

    assert not is_as_bad(found, broken)


@settings(max_examples=60, deadline=None)
@given(SITES)
def test_nothing_reports_that_does_not(site: Site) -> None:
    """Silent, never read, rejected and missing are not fresh: neither a tick nor 'every datastream' is said of them."""
    facility = shown(site)
    is_whole = all(row.is_usable and row.state == "fresh" for row in facility.datastreams)
    fact, banner = key_figures.data(facility.datastreams, EN), verdict.of_facilities([facility], EN)

    assert (fact.state == "fresh") == (fact.sub == EN["facts"]["data_sub_fresh"]) == is_whole
    assert is_whole or "reports." not in banner.says


def test_nothing_of_nothing_is_not_whole() -> None:
    """0 of 0 datastreams are no tick, and neither are 0 of 0 nodes."""
    bare = replace(shown(Site((), {}, "none")), datastreams=(), nodes=())
    facts = {one.name: one for one in key_figures.of_facility(bare, EN)}

    assert (facts["Data"].value, facts["Data"].state, facts["Data"].sub) == ("0 of 0", "unknown", "No series yet")
    assert (facts["Nodes"].value, facts["Nodes"].state) == ("0 of 0", "unknown")
    assert "reports" not in verdict.of_facilities([bare], EN).says
