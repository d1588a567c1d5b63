"""What a proof says: seen or blind, by what, what may fail, why not, and what to mend first."""

from __future__ import annotations

import datetime as dt
from itertools import combinations

import pytest
from msgspec.structs import replace

from tailings import tarp
from tailings.facility.lint import find
from tailings.sight.model import BlindReason, Mend
from tailings.sight.proving import proof_of
from tailings.sight.telling import LevelHold, RecipientWay
from tests.tailings.facility.lint.small import leaf, loop, piezometer, pond, small, stream
from tests.tailings.sight.shadows import APPROVED, NOW, NOW_MS, SHIFT, approved, facility_of, inputs, proof, readings

HOUR_MS = 3_600_000
GAUGES = ("n1:g1", "n1:g2", "n2:g3", "n2:g4")
POND = "n2:pond.level"
PIEZOMETER = {"n1:baro.pressure": 970.0, "n2:vw1.frequency": 2928.5, "n2:vw1.thermistor": 5000.0}
RED = leaf(POND, "above", 340.0)


def gauges() -> str:
    """Four gauges of the pond on two nodes."""
    return "".join(
        f'[instruments."{one}"]\ndriver = "pond_level"\npressure = "vented"\n'
        + stream(f"{one}.level", "pond-level", "m")
        for one in GAUGES
    )


def one_pond(**filters: object) -> str:
    """A facility's parts: one gauge of the pond and a plan that calls."""
    return pond(**filters) + approved(("red", RED))


CONDITIONS = [
    "{ any = [A, B, C] }",
    "{ all = [A, B] }",
    "{ any = [{ all = [A, B] }, { all = [C, D] }] }",
    "{ all = [{ any = [A, B] }, { any = [C, D] }] }",
    "{ any = [{ all = [A, B] }, { all = [A, C] }, { all = [B, C] }] }",
]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_as_many_gauges_may_fail_as_can_be_taken_away_one_set_after_another(condition: str) -> None:
    """`may_fail` is what taking away every set of instruments in turn finds, each as a proof of its own."""
    for letter, gauge in zip("ABCD", GAUGES, strict=True):
        condition = condition.replace(letter, leaf(f"{gauge}.level", "above", 340.0))
    facility = facility_of(gauges(), approved(("red", condition)))
    raw = readings({f"{one}.level": 338.0 for one in GAUGES})

    def is_seen_without(lost: tuple[str, ...]) -> bool:
        left = {name: one for name, one in raw.items() if name.partition(".")[0] not in lost}
        return proof(facility, left).state == "seen"

    found = proof(facility, raw)

    blinding = [len(lost) for count in range(1, 5) for lost in combinations(GAUGES, count) if not is_seen_without(lost)]
    assert found.may_fail == min(blinding) - 1
    alone = {one.subject for one in found.losses if one.kind == "instrument" and one.seen_s is None}
    assert alone == {one for one in found.instruments if not is_seen_without((one,))}


def test_a_node_and_a_gateway_that_fail_are_tried_too() -> None:
    """Two gauges on two nodes of one gateway: either node may fail, the gateway may not."""
    condition = f"{{ any = [{leaf('n1:g1.level', 'above', 340.0)}, {leaf('n2:g3.level', 'above', 340.0)}] }}"
    facility = facility_of(gauges(), approved(("red", condition)))

    found = proof(facility, readings({"n1:g1.level": 338.0, "n2:g3.level": 338.0}))

    lost = {(one.kind, one.subject): one.seen_s for one in found.losses}
    assert (lost["node", "n1"], lost["node", "n2"]) == (found.seen_s, found.seen_s)
    assert lost["gateway", "gw1"] is None


def test_a_lost_barometer_blinds_and_is_what_to_mend() -> None:
    """A piezometer whose range ends near its level sees nothing without the barometer, silent since three hours."""
    narrow = piezometer(gross_range={"fail": [-20.0, 400.0], "suspect": [0.0, 116.0]})
    facility = facility_of(narrow, approved(("red", leaf("n2:vw1.level", "above", 330.0))))
    ago_s = 3 * 3600.0
    whole, without = readings(PIEZOMETER), readings(PIEZOMETER, ago_s={"n1:baro.pressure": ago_s})

    found = proof(facility, without)

    assert proof(facility, whole).state == "seen"
    assert (found.state, found.reasons) == (
        "blind",
        (BlindReason("silent", "n1:baro", NOW - dt.timedelta(seconds=ago_s)),),
    )
    assert found.mend is not None
    assert (found.mend.instruments, found.mend.is_tried) == (("n1:baro",), True)


def test_the_fewest_instruments_are_mended_first() -> None:
    """Of two ways back the one with a single gauge is named, though the other gauges come first in the file."""
    a, b, c = (leaf(f"{one}.level", "above", 340.0) for one in GAUGES[:3])
    facility = facility_of(gauges(), approved(("red", f"{{ any = [{{ all = [{a}, {b}] }}, {c}] }}")))
    long_ago = {f"{one}.level": 7200.0 for one in GAUGES[:3]}

    found = proof(facility, readings({f"{one}.level": 338.0 for one in GAUGES[:3]}, ago_s=long_ago))

    assert found.state == "blind"
    assert found.mend is not None
    assert found.mend.instruments == ("n2:g3",)


@pytest.mark.parametrize(
    ("costs", "instruments", "cost", "currency"),
    [
        ({"n1:g1": 300.0, "n1:g2": 200.0, "n2:g3": 900.0}, ("n1:g1", "n1:g2"), 500.0, "EUR"),
        ({"n1:g1": 300.0, "n1:g2": 700.0, "n2:g3": 900.0}, ("n2:g3",), 900.0, "EUR"),
        ({"n1:g1": 300.0, "n2:g3": 900.0}, ("n2:g3",), 900.0, "EUR"),
        ({"n1:g1": 300.0, "n1:g2": 200.0}, ("n2:g3",), None, None),
    ],
)
def test_the_cheapest_instruments_are_mended_first(
    costs: dict[str, float], instruments: tuple[str, ...], cost: float | None, currency: str | None
) -> None:
    """Of two ways back, two gauges or one, the one that costs less; where a cost is not stated, the fewest gauges."""
    a, b, c = (leaf(f"{one}.level", "above", 340.0) for one in GAUGES[:3])
    facility, _ = small(gauges(), approved(("red", f"{{ any = [{{ all = [{a}, {b}] }}, {c}] }}")))
    priced = {name: replace(one, replacement_cost=costs.get(name)) for name, one in facility.instruments.items()}
    facility = replace(facility, instruments=priced, currency="EUR")
    long_ago = {f"{one}.level": 7200.0 for one in GAUGES[:3]}

    found = proof(facility, readings({f"{one}.level": 338.0 for one in GAUGES[:3]}, ago_s=long_ago))

    assert found.mend == Mend(instruments, is_tried=True, cost=cost, currency=currency)


def test_an_instrument_that_was_never_read_is_mended_untried() -> None:
    """Of a gauge that never gave anything nobody knows what it would read."""
    found = proof(facility_of(one_pond()), {})

    assert [one.code for one in found.reasons] == ["never-read"]
    assert found.mend is not None
    assert (found.mend.instruments, found.mend.is_tried) == (("n2:pond",), False)


def test_a_plan_that_the_lint_accepts_is_found_blind_with_the_waves_of_the_pond() -> None:
    """Waves of 10 cm and a rise together are faster than the filter allows, so that no three follow each other.

    Neither the lint nor the calm pond shows it: a steady rise passes, and so do the waves alone.
    """
    waves = pond(rate_of_change={"suspect_per_h": 2.5})
    parts = waves, approved(("red", leaf(POND, "above", 340.0, ", for_n = 3, stale_after_s = 400.0")))
    facility, text = small(*parts)

    calm, rough = proof(facility, readings({POND: 338.0})), proof(facility, readings({POND: [338.1, 337.9]}))

    warned = {"levels-with-gap", "single-instrument", "single-agent", "uncertainty-not-stated"}
    assert {one.code for one in find(facility, text)} == warned
    assert calm.state == "seen"
    assert (rough.state, [(one.code, one.tests) for one in rough.reasons]) == (
        "blind",
        [("flagged", ("rate_of_change",))],
    )


def test_a_gauge_that_is_rejected_already_sees_nothing() -> None:
    """A value below all that the gauge can read would rise past the level in time: nobody may rely on that."""
    found = proof(facility_of(one_pond(gross_range={"fail": [334.0, 345.0]})), readings({POND: 12.0}))

    assert (found.state, [one.code for one in found.reasons]) == ("blind", ["flagged-before"])


def test_a_shelved_level_is_told_to_nobody_while_the_failure_goes_on() -> None:
    """A shelf that outlasts the failure blinds, with the time from which on it holds."""
    shelf = LevelHold("plan", 3, NOW_MS - HOUR_MS, NOW_MS + 100 * HOUR_MS)

    found = proof(facility_of(one_pond()), readings({POND: 338.0}), holds=(shelf,))

    assert found.state == "blind"
    assert found.reasons == (BlindReason("shelved", "plan", NOW - dt.timedelta(hours=1)),)
    assert found.mend is None


def test_a_shelf_that_ends_in_time_delays_what_is_told() -> None:
    """What is reached under a shelf is told when the shelf ends."""
    facility, raw = facility_of(one_pond()), readings({POND: 339.9})
    until_ms = NOW_MS + round(1.5 * HOUR_MS)

    found = proof(facility, raw, holds=(LevelHold("plan", 3, NOW_MS, until_ms),))

    assert proof(facility, raw).seen_s == 900
    assert (found.state, found.seen_s) == ("seen", 1.5 * 3600)


@pytest.mark.parametrize(
    ("recipients", "code"),
    [((), "nobody-told"), ((RecipientWay("shift", 1, has_way=False),), "no-way")],
    ids=["nobody", "no way"],
)
def test_a_level_that_nobody_can_be_told_of_is_not_seen(recipients: tuple[RecipientWay, ...], code: str) -> None:
    """A message that would be made for nobody is no sight."""
    found = proof(facility_of(one_pond()), readings({POND: 338.0}), recipients=recipients)

    assert (found.state, [one.code for one in found.reasons]) == ("blind", [code])


def test_a_recipient_who_fails_too_is_among_the_losses() -> None:
    """With a second one who is told half an hour later, the first may fail."""
    later = RecipientWay("manager", 3, after_min=30)

    found = proof(facility_of(one_pond()), readings({POND: 338.0}), recipients=(SHIFT, later))

    assert found.seen_s is not None
    lost = {one.subject: one.seen_s for one in found.losses if one.kind == "recipient"}
    assert lost == {"shift": found.seen_s + 1800, "manager": found.seen_s}


def test_an_approval_that_ended_goes_on_calling_and_is_told() -> None:
    """A plan whose approval has ended still calls people, so it still sees."""
    ended = APPROVED + "valid_to = 2026-06-30\n"
    facility = facility_of(pond(), approved(("red", RED), more=ended))

    found = proof(facility, readings({POND: 338.0}))

    assert found.state == "seen"
    assert found.reasons == (BlindReason("approval-ended", "plan", dt.datetime(2026, 7, 1, tzinfo=dt.UTC)),)


def test_a_plan_that_was_withdrawn_calls_nobody() -> None:
    """Whatever it sees, nobody is told."""
    facility = facility_of(one_pond())
    given = tarp.GivenApprovals((), (tarp.Withdrawal("plan", "Engineer of Record", dt.date(2026, 11, 1)),))

    found = proof(facility, readings({POND: 338.0}), given=given)

    assert (found.state, found.seen_s, [one.code for one in found.reasons]) == ("simulated", None, ["not-approved"])


def test_a_level_that_stands_already_is_said_to_stand() -> None:
    """Where the worst level is reached before the failure, there is nothing left to see."""
    assert proof(facility_of(one_pond()), readings({POND: 341.0})).state == "stands"


def test_a_storm_of_spikes_is_seen_through_or_said_to_blind() -> None:
    """A filter that takes the spikes out lets the level be seen later, not never."""
    spiky = one_pond(spike={"method": "trailing", "suspect": 0.3})

    found = proof(facility_of(spiky), readings({POND: 338.0}))

    storm = next(one for one in found.losses if one.kind == "spike-storm")
    assert found.seen_s is not None
    assert storm.seen_s is not None
    assert storm.seen_s <= found.seen_s + 900


@pytest.mark.parametrize("months", ["[6, 7]", "[11]"], ids=["out of season", "in season"])
def test_a_plan_out_of_its_season_is_proved_as_in_it(months: str) -> None:
    """In November a limit of the summer is not blind: the proof says what it sees when its season comes."""
    facility = facility_of(pond(), approved(("red", leaf(POND, "above", 340.0, f", months = {months}"))))

    assert proof(facility, readings({POND: 338.0})).state == "seen"


def test_the_limit_of_the_season_counts_where_there_is_one() -> None:
    """Of a limit of the summer and one of November the second is what the failure must come past."""
    summer, november = (
        leaf(POND, "above", at, f", months = {month}") for at, month in ((339.0, "[6]"), (340.0, "[11]"))
    )
    facility = facility_of(pond(), approved(("red", f"{{ any = [{summer}, {november}] }}")))

    found = proof(facility, readings({POND: 338.0}))

    assert found.seen_s is not None
    assert (found.crossed_s, found.seen_s) == (4 * 3600, 4 * 3600 + 300)


def test_the_loop_is_read_as_its_inverse_says() -> None:
    """The readings of the shadow are those that a loop of 4 to 20 mA over 335 to 343 m gives for the rising pond."""
    facility = facility_of(loop(), approved(("red", leaf("n1:loop.level", "above", 340.0))))
    making = proof_of(inputs(facility, readings({"n1:loop.current": 10.0})), facility.tarp["plan"])

    series = making.shadow.injected["n1:loop.current"].since(NOW_MS)

    hours = (series.time_ms[:20] - NOW_MS) / HOUR_MS
    assert series.value[:20] == pytest.approx(4 + 16 * (3.0 + 0.5 * hours) / 8, abs=1e-6)
