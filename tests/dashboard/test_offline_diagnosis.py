"""Why a node is silent; the causes are those the design's nodes page asks for: link, battery, never on, not known."""

import texts
from dashboard import offline_diagnosis

from .examples import node

DAY_S = 86400
EN = texts.load()


def test_a_node_that_reports_has_no_cause() -> None:
    """Only silence is explained."""
    reporting = node("n01")

    assert offline_diagnosis.why(reporting, [reporting]) == "reporting"
    assert offline_diagnosis.bring_words(reporting, [reporting], EN) == ""


def test_a_silent_gateway_comes_before_a_low_battery() -> None:
    """When every node behind a gateway is silent, one visit to the gateway cures them all."""
    both = [node("n01", DAY_S, battery_quality=3, battery_v=3.1), node("n02", DAY_S)]

    assert offline_diagnosis.why(both[0], both) == "agent"
    assert offline_diagnosis.why_words(both[0], both, EN) == "Gateway gw1 is silent too"


def test_a_battery_is_low_when_its_filter_said_so() -> None:
    """The limit stands in facility.toml; the page repeats the filter's word with the last voltage."""
    pair = [node("n01", DAY_S, battery_quality=3, battery_v=3.1), node("n02")]

    assert offline_diagnosis.why_words(pair[0], pair, EN) == "Battery 3.10 V in its last pack"
    assert offline_diagnosis.bring_words(pair[0], pair, EN) == "Bring a battery"


def test_a_low_battery_is_told_while_its_node_still_reports() -> None:
    """The visit comes before the silence; the filter's word on the last voltage decides, as ever."""
    low = node("n01", battery_quality=4, battery_v=10.4)

    assert offline_diagnosis.why_words(low, [low], EN) == "Reports; battery low, 10.40 V"
    assert offline_diagnosis.bring_words(low, [low], EN) == "Bring a battery"


def test_a_node_whose_packs_cannot_be_used_is_not_called_dead() -> None:
    """A clock that was never set leaves packs without time in quarantine; another reason is named."""
    clock, other = node("n01", None, refused="no-time"), node("n02", None, refused="bad-unit")

    assert (
        offline_diagnosis.why_words(clock, [clock, other], EN) == "Its clock was never set; its packs are in quarantine"
    )
    assert offline_diagnosis.why_words(other, [clock, other], EN) == "Its packs are refused: bad-unit"


def test_a_node_never_heard_of_is_not_called_broken() -> None:
    """Before the first pack nothing is known but the settings."""
    pair = [node("n01", None), node("n02")]

    assert offline_diagnosis.why(pair[0], pair) == "never"


def test_a_lost_link_is_told_by_the_gateway() -> None:
    """The broker at the site has published the node's will; an empty battery cuts the link too, and comes first."""
    lost = node("n01", 190, link_lost_s=125.0, is_agent_online=True)
    pair = [lost, node("n02", is_agent_online=True)]

    assert offline_diagnosis.why_words(lost, pair, EN) == "No radio link for 2 min, reported by gateway gw1"
    assert offline_diagnosis.why(node("n01", 190, link_lost_s=125.0, battery_quality=4), pair) == "battery"


def test_a_node_that_asks_in_vain_for_the_time_is_told_before_its_packs_are_refused() -> None:
    """It holds them until it knows the time or starts again; it may never have sent one."""
    pair = [node("n01", None, asks_time=True, is_agent_online=True), node("n02")]

    assert offline_diagnosis.why(pair[0], pair) == "asks"
    assert offline_diagnosis.bring_words(pair[0], pair, EN) == "Bring a laptop to set its clock"


def test_what_cannot_be_known_says_what_is_waited_for() -> None:
    """First for the gateway's word (1.5 keep-alives of MQTT, 60 s each, and a minute), then for the next pack."""
    early, late, mute = (
        node("n01", 3 * 60 + 149, is_agent_online=True),
        node("n01", 3 * 60 + 151, is_agent_online=True),
        node("n01", DAY_S),
    )
    reporting = node("n02", is_agent_online=True)

    assert offline_diagnosis.why(early, [early, reporting]) == "waiting"
    assert "Its next pack is due" in offline_diagnosis.why_words(late, [late, reporting], EN)
    assert "Its next pack is due" in offline_diagnosis.why_words(mute, [mute, reporting], EN)


def test_a_gateway_without_connection_is_the_cause_before_all_its_nodes_are_silent() -> None:
    """Its will said so; the others have their three intervals left."""
    pair = [node("n01", 190, is_agent_online=False), node("n02", 170, is_agent_online=False)]

    assert offline_diagnosis.why_words(pair[0], pair, EN) == "Gateway gw1 is offline"
