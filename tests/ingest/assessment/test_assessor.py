"""From readings to the stored assessment: the verdict that the api, the pages and the notifications read.

Expected verdicts are read off the plans below by hand.
"""

import csv
from collections.abc import Callable, Sequence
from datetime import timedelta

import msgspec
import pytest

from ingest.assessment import Assessor
from ingest.samples import water
from ingest.store import Store
from ingest.values import Connection
from tailings.assess.model import Assessment
from tailings.assess.water import assess
from tailings.facility import parse
from tailings.water import parse as parse_table
from tests.ingest.alarms.dam import POND, Dam, minute
from tests.tailings.facilities import VALE, not_of_a_node
from tests.tailings.floods import OF_THE_READING, flood_plan, rain_errs, rain_sum
from tests.tailings.water.tables import exceeded, table

WELL = "n07:vw1.level"
WITHOUT_LIMIT = VALE.read_text().replace("minimum_freeboard_m = 1.5\n", "", 1)
TWO_GAUGES = (
    WITHOUT_LIMIT.replace("version = 1\n", "version = 2\n", 1)
    + """
[tarp.pond]
failure_mode = "overtopping"
approved_by = "Engineer of Record"
approved_on = 2024-07-01
[[tarp.pond.levels]]
level = "yellow"
when = { datastream = "n01:pond.level", test = "above", value = 338.0, hysteresis = 0.2 }
[[tarp.pond.levels]]
level = "red"
when = { datastream = "n01:pond.level", test = "above", value = 340.0, hysteresis = 0.2 }

[tarp.wall]
failure_mode = "water rises in the wall"
approved_by = "Engineer of Record"
approved_on = 2024-07-01
[[tarp.wall.levels]]
level = "red"
when = { any = [
  { datastream = "n07:vw1.level", test = "above", value = 330.0 },
  { datastream = "n04:vw1.level", test = "above", value = 330.0 },
] }
"""
)
START = minute(0)


@pytest.fixture
def dam(connection: Connection, store: Store) -> Dam:
    """A dam with a plan on the pond and one on two piezometers."""
    return Dam(connection, store, TWO_GAUGES)


def judge_of(dam: Dam) -> Callable[[float], Assessment]:
    """The stored assessment after everything was followed at a minute."""
    assessor = Assessor(dam.levels._files, lambda: dam.now)

    def at(number: float) -> Assessment:
        dam.follow(number)
        with dam.connection.transaction():
            assessor.work(dam.connection)
        ((document,),) = dam.rows("SELECT document FROM assessment WHERE facility_id = 'vale'")
        return msgspec.convert(document, Assessment)

    return at


@pytest.fixture
def judged(dam: Dam) -> Callable[[float], Assessment]:
    """The stored assessment of the dam."""
    return judge_of(dam)


def steady(
    dam: Dam, start: int, stop: int, pond: float | None = 337.0, wells: tuple[float | None, ...] = (320.0,) * 2
) -> None:
    """Readings each minute of [start, stop): the pond and both piezometers; None: nothing is sent."""
    for name, value in ((POND, pond), (WELL, wells[0]), ("n04:vw1.level", wells[1])):
        if value is not None:
            dam.put([(at, value) for at in range(start, stop)], name=name)


def test_green_needs_all_failure_modes(dam: Dam, judged: Callable[[float], Assessment]) -> None:
    """All three gauges are fresh and low: green, with full sight, and margins to each level."""
    steady(dam, 0, 10)
    found = judged(10)

    assert (found.verdict, found.level, found.sight, found.reasons) == ("green", "green", "full", ())
    assert [one.may_fail for one in found.failure_modes] == [0, 1]
    assert found.margins[0].datastream == POND
    assert [level.margin for level in found.margins[0].levels] == [1.0, 3.0]


@pytest.mark.parametrize(("lowered_by", "since"), [(None, 40), ("Engineer of Record", 20)])
def test_a_level_stands_since_it_was_reached(
    connection: Connection, store: Store, lowered_by: str | None, since: int
) -> None:
    """Yellow from minute 10 on, red at 20, yellow at 30 and red again at 40: red since 40, or since 20 where a role
    lowers it, never since the alarm began; green has no beginning."""
    role = "" if lowered_by is None else f'lowered_by = "{lowered_by}"\n'
    dam = Dam(connection, store, TWO_GAUGES.replace("[[tarp.pond.levels]]", f"{role}[[tarp.pond.levels]]", 1))
    steps = zip(range(0, 50, 10), (337.0, 338.5, 340.5, 338.5, 340.5), strict=True)
    for start, level in steps:
        steady(dam, start, start + 10, level)
    found = judge_of(dam)(49.5)

    assert [(one.level, one.since) for one in found.failure_modes] == [("red", minute(since)), ("green", None)]


BUDGETS = """
[[instruments."n01:pond".uncertainty]]
valid_from = 2024-06-12
terms = [{ quantity = "pond-level", kind = "accuracy", value = 0.5, unit = "m" }]
[[instruments."n07:vw1".uncertainty]]
valid_from = 2024-06-12
terms = [{ quantity = "water-level", kind = "calibration", value = 0.2, unit = "m", coverage_factor = 2 }]
"""
"""The pond errs by up to 0.5 m (U = 0.577 m), the level at n07 by 0.2 m (k = 2)."""


@pytest.mark.parametrize(
    ("pond", "well", "verdict", "said"),
    [
        (337.4, 329.7, "green", []),
        (337.5, 329.7, "green", [("within-uncertainty", "pond", "yellow")]),
        (337.4, 329.9, "yellow", [("within-uncertainty", "wall", "red")]),
        (339.5, 329.7, "yellow", [("level", "pond", "yellow"), ("within-uncertainty", "pond", "red")]),
    ],
)
def test_a_level_within_the_uncertainty_is_said(
    connection: Connection, store: Store, pond: float, well: float, verdict: str, said: list[tuple[str, str, str]]
) -> None:
    """Yellow at 338 m within 0.577 m of the pond is told; red at 330 m within 0.2 m of the well is yellow."""
    dam = Dam(connection, store, TWO_GAUGES + BUDGETS)
    steady(dam, 0, 10, pond, (well, 320.0))
    found = judge_of(dam)(10)

    assert found.verdict == verdict
    assert sorted((one.code, one.plan, one.level) for one in found.reasons) == sorted(said)
    assert found.margins[0].uncertainty == pytest.approx(2 * 0.5 / 3**0.5)


def test_the_uncertainty_of_a_first_reading_is_known_within_a_minute(connection: Connection, store: Store) -> None:
    """A site is looked at before anything has come; a minute later the pond's own margin of error counts."""
    dam = Dam(connection, store, TWO_GAUGES + BUDGETS)
    judged = judge_of(dam)
    judged(0)
    steady(dam, 0, 2, 337.9)
    found = judged(1.5)

    assert found.margins[0].uncertainty == pytest.approx(2 * 0.5 / 3**0.5)
    assert [(one.code, one.plan) for one in found.reasons] == [("within-uncertainty", "pond")]


@pytest.mark.case("2", "A plan that nothing left could trigger is blind, however many other datastreams are fresh")
def test_one_fresh_datastream_does_not_make_a_dam_green(dam: Dam, judged: Callable[[float], Assessment]) -> None:
    """The piezometers report, the pond is silent: overtopping is blind, so the dam is, and it calls as yellow does."""
    steady(dam, 0, 10)
    steady(dam, 10, 30, pond=None)
    found = judged(30)

    assert (found.verdict, found.sight) == ("blind", "blind")
    assert [(one.code, one.plan, one.datastreams) for one in found.reasons] == [("blind", "pond", (POND,))]
    assert dam.rows("SELECT type, level, rule FROM alarm_event WHERE closed_at IS NULL") == [("blind", 1, "pond")]


@pytest.mark.case("2", "A lost test that another one makes up for is reduced sight beside green, and is named")
def test_reduced_sight_names_what_is_lost(dam: Dam, judged: Callable[[float], Assessment]) -> None:
    """One of two piezometers of an `any` is silent: green, reduced, and no other may fail."""
    steady(dam, 0, 10)
    steady(dam, 10, 30, wells=(320.0, None))
    found = judged(30)

    assert (found.verdict, found.sight) == ("green", "reduced")
    (wall,) = [one for one in found.failure_modes if one.plan == "wall"]
    assert [(one.datastream, one.reason) for one in wall.lost] == [("n04:vw1.level", "silent")]
    assert wall.may_fail == 0
    assert dam.rows("SELECT count(*) FROM alarm_event") == [(0,)]


def test_a_node_that_reads_is_not_silent_for_want_of_packs(dam: Dam, judged: Callable[[float], Assessment]) -> None:
    """n01 sent its last pack ten hours ago, and a logger's file has read its pond each minute since: it is heard.

    Of n07 and n04 no pack ever came; n07 reads, and n04 fell silent 20 minutes ago.
    """
    dam.connection.execute(
        "INSERT INTO sequence_state (facility_id, sender, epoch, stored_at) VALUES ('vale', 'n01', '0000000a', %s)",
        (minute(-600),),
    )
    steady(dam, 0, 10)
    steady(dam, 10, 30, wells=(320.0, None))
    silent = {one.node for one in judged(30).silent_nodes}

    assert ("n04" in silent, silent & {"n01", "n07"}) == (True, set())


@pytest.mark.case("1", "A suspect reading past red whose error is not known calls, and is never green")
def test_a_suspect_reading_past_red_calls(dam: Dam, judged: Callable[[float], Assessment]) -> None:
    """340.5 m, suspect, once: a call of its own at red; the level stays green, the verdict does not."""
    steady(dam, 0, 10)
    dam.put([(10, 340.5)], quality=3)
    steady(dam, 10, 11, pond=None)
    found = judged(11)

    assert (found.verdict, found.level) == ("yellow", "green")
    assert [(one.code, one.level) for one in found.reasons] == [("suspect-past", "red")]
    assert dam.rows("SELECT type, level FROM alarm_event WHERE closed_at IS NULL") == [("suspect", 3)]


@pytest.mark.case("1", "A sensor that stays suspect, and whose error is not known, is lost sight")
def test_lasting_suspicion_is_lost_sight(dam: Dam, judged: Callable[[float], Assessment]) -> None:
    """Ten suspect readings below every level: nobody knows where the pond is, so overtopping is blind."""
    steady(dam, 0, 10)
    dam.put([(at, 337.0) for at in range(10, 20)], quality=3)
    steady(dam, 10, 20, pond=None)
    found = judged(20)

    assert (found.verdict, found.sight) == ("blind", "blind")
    (lost,) = [one for mode in found.failure_modes for one in mode.lost]
    assert (lost.datastream, lost.reason, lost.since) == (POND, "suspect", minute(9))


@pytest.mark.parametrize(("quality", "reason"), [(4, "rejected"), (9, "missing")])
def test_rejected_and_missing_readings_are_lost_sight(
    dam: Dam, judged: Callable[[float], Assessment], quality: int, reason: str
) -> None:
    """A gauge that answers and says nothing usable is as blind as one that is silent."""
    steady(dam, 0, 10)
    dam.put([(at, None if quality == 9 else 337.0) for at in range(10, 20)], quality=quality)
    steady(dam, 10, 20, pond=None)
    found = judged(20)

    assert found.verdict == "blind"
    assert [one.reason for mode in found.failure_modes for one in mode.lost] == [reason]


def test_a_level_and_lost_sight_are_both_said(dam: Dam, judged: Callable[[float], Assessment]) -> None:
    """The pond is yellow, the wall cannot be seen: blind stands above yellow, and both are reasons."""
    steady(dam, 0, 10)
    steady(dam, 10, 30, pond=338.5, wells=(None, None))
    found = judged(30)

    assert (found.verdict, found.level, found.sight) == ("blind", "yellow", "blind")
    assert [(one.code, one.plan) for one in found.reasons] == [("blind", "wall"), ("level", "pond")]


def test_red_stands_above_blind(dam: Dam, judged: Callable[[float], Assessment]) -> None:
    """The pond is past red while the wall cannot be seen: red."""
    steady(dam, 0, 10)
    steady(dam, 10, 30, pond=340.5, wells=(None, None))

    assert judged(30).verdict == "red"


def test_an_assessment_ends(dam: Dam, judged: Callable[[float], Assessment]) -> None:
    """It holds for three minutes: with nobody to renew it, it reads as blind."""
    steady(dam, 0, 10)
    found = judged(10)

    assert found.valid_until - found.made_at == timedelta(minutes=3)


def test_after_an_absence_of_the_centre_silence_calls_nobody_yet(
    connection: Connection, store: Store, dam: Dam
) -> None:
    """A centre that comes back has heard nothing yet: it says blind, and calls when three intervals have passed."""
    steady(dam, 0, 10)
    dam.follow(10)
    dam.now = minute(600)
    back = Dam.__new__(Dam)
    back.__dict__ |= dam.__dict__ | {"levels": type(dam.levels)(lambda: dam.now, timedelta(0))}
    with connection.transaction():
        back.levels.follow(connection)
    early = dam.rows("SELECT count(*) FROM alarm_event WHERE type = 'blind'")
    dam.now = minute(611)
    with connection.transaction():
        back.levels.follow(connection)

    assert (early, dam.rows("SELECT count(*) FROM alarm_event WHERE type = 'blind'")) == ([(0,)], [(2,)])


BEHIND_A_RANGE = TWO_GAUGES.replace("suspect = [334.0, 341.0]", "suspect = [334.0, 339.0]", 1)


@pytest.mark.case("4", "A plan whose red no reading can reach is blind, and calls as blind")
def test_a_stored_level_out_of_reach_is_blind(connection: Connection, store: Store) -> None:
    """The filter of the pond doubts what is above 339: yellow at 338 can be reached, red at 340 cannot.

    Such a file is not taken in any more; this one an earlier release took in.
    """
    dam = Dam(connection, store, TWO_GAUGES)
    stored = (BEHIND_A_RANGE, parse(BEHIND_A_RANGE).version_hash)
    connection.execute("UPDATE facility SET file = %s, hash = %s", stored)
    steady(dam, 0, 10)
    found = judge_of(dam)(10)

    assert (found.verdict, found.level) == ("blind", "green")
    assert [(one.code, one.plan, one.datastreams) for one in found.reasons] == [("blind", "pond", (POND,))]
    assert [(one.plan, one.sight) for one in found.failure_modes] == [("pond", "blind"), ("wall", "full")]
    (lost,) = found.failure_modes[0].lost
    assert (lost.datastream, lost.reason, lost.levels) == (POND, "out-of-reach", ("red",))
    assert [one.is_lost for one in found.margins] == [False] * 3
    assert dam.rows("SELECT rule, type, lost FROM alarm_event") == [
        ("pond", "blind", [{"code": "out-of-reach", "datastream": POND}])
    ]


@pytest.mark.case("9", "A minimum freeboard that nothing watches is said beside green, as reduced sight")
def test_a_limit_that_nothing_watches_is_said(connection: Connection, store: Store) -> None:
    """The facility file names a minimum freeboard, and no datastream of it gives a freeboard."""
    dam = Dam(connection, store, TWO_GAUGES.replace("public = true\n", "public = true\nminimum_freeboard_m = 1.0\n", 1))
    steady(dam, 0, 10)
    found = judge_of(dam)(10)

    assert (found.verdict, found.sight) == ("green", "reduced")
    assert [one.code for one in found.reasons] == ["limit-unwatched"]


def test_a_limit_of_water_that_is_exceeded_is_stored_beside_the_verdict_of_the_dam(
    dam: Dam, judged: Callable[[float], Assessment]
) -> None:
    """Without samples there is no limit. With a year of cadmium at twice its limit the dam stays green, and the worst
    of the facility is red: by the function of the page of water.
    """
    steady(dam, 0, 10)
    before = judged(10)
    with dam.connection.transaction():
        water.take(dam.connection, "vale", "year.csv", exceeded(dam.now).encode(), "system:1000")
    after = judged(11)
    rows = parse_table(list(csv.reader(exceeded(dam.now).splitlines())), "Europe/Lisbon").samples
    expected = assess(rows, (), dam.now, "Europe/Lisbon").compliance

    assert (before.verdict, before.water, before.worst) == ("green", None, "green")
    assert (after.verdict, after.worst) == ("green", "red")
    assert after.water == expected and expected is not None and expected.exceeded > 0


def test_a_sample_whose_hour_is_still_to_come_counts_when_it_comes(
    dam: Dam, judged: Callable[[float], Assessment]
) -> None:
    """A laboratory's clock is half an hour ahead: 5 ug/L of cadmium exceed 0.45 from that minute on, as on the page."""
    taken_at = (minute(60)).isoformat()
    row = f"W-1,river-down,surface water,{taken_at},Lab A,5,30"
    water.take(
        dam.connection, "vale", "ahead.csv", table("Cd ug/L dissolved,CaCO3 mg/L total", [row]).encode(), "system:1000"
    )

    found = [judged(at).water for at in (30, 59, 61)]

    assert [one and one.outcome for one in found] == [None, None, "exceeded"]


RAIN_SUM = (
    WITHOUT_LIMIT.replace("version = 1\n", "version = 2\n", 1)
    + rain_sum("n01:rain.sum", 600)
    + rain_errs(OF_THE_READING)
    + flood_plan("n01:rain.sum")
)
WHOLE = 2 * 0.05 * 48.0 / 3**0.5
"""U of 48 mm, all readings of which err alike by up to 5 %."""


@pytest.mark.parametrize(
    ("minutes", "uncertainty", "verdict"),
    [
        (range(-2, 10), WHOLE, "yellow"),
        (range(6, 10), None, "green"),
        (range(-2, 9), None, "green"),
        ((), None, "green"),
    ],
)
def test_a_sum_whose_window_is_not_at_hand_has_no_uncertainty(
    connection: Connection, store: Store, minutes: Sequence[int], uncertainty: float | None, verdict: str
) -> None:
    """48 mm in ten minutes are stored; with all readings of these, with some, without the newest one, with none."""
    dam = Dam(connection, store, RAIN_SUM)
    dam.put([(at, 48.0) for at in range(10)], name="n01:rain.sum")
    if minutes:
        dam.put([(at, 4.8) for at in minutes], name="n01:rain.rain")
    found = judge_of(dam)(9)

    (margin,) = found.margins
    assert margin.uncertainty == (None if uncertainty is None else pytest.approx(uncertainty))
    assert (found.verdict, found.level) == (verdict, "green")


def test_a_window_of_too_many_readings_has_no_uncertainty(
    connection: Connection, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An assessment reads no more than so many rows; of a longer window nothing is known."""
    monkeypatch.setattr("ingest.assessment.uncertainties.MAX_ROWS", 10)
    dam = Dam(connection, store, RAIN_SUM)
    dam.put([(at, 48.0) for at in range(10)], name="n01:rain.sum")
    dam.put([(at, 4.8) for at in range(-2, 10)], name="n01:rain.rain")

    assert judge_of(dam)(9).margins[0].uncertainty is None


def test_the_uncertainty_of_a_sum_follows_its_newest_value(connection: Connection, store: Store) -> None:
    """A minute later twice as much has fallen, and twice as much is uncertain: nobody waits ten minutes for that."""
    dam = Dam(connection, store, RAIN_SUM)
    judge = judge_of(dam)
    dam.put([(at, 2.0) for at in range(-2, 10)], name="n01:rain.rain")
    dam.put([(9, 20.0)], name="n01:rain.sum")
    first = judge(9)
    dam.put([(10, 22.0)], name="n01:rain.rain")
    dam.put([(10, 40.0)], name="n01:rain.sum")
    second = judge(10)

    known = [one.margins[0].uncertainty for one in (first, second)]
    assert known == pytest.approx([2 * 0.05 * sum_mm / 3**0.5 for sum_mm in (20.0, 40.0)])


def test_a_moved_margin_is_a_commit_and_its_own_commit_is_none(dam: Dam, judged: Callable[[float], Assessment]) -> None:
    """Pages renew themselves by commits: a reading that moves a margin gives one, and nothing new gives no other."""

    def commits(number: float) -> int:
        judged(number)
        ((count,),) = dam.rows("SELECT count(*) FROM commit_log WHERE rows = 0")
        return int(count)

    steady(dam, 0, 10)
    first = commits(10)
    dam.put([(10, 337.1)], name=POND)
    moved, again = commits(10.5), commits(10.6)

    assert (moved - first, again - moved) == (1, 0)


PACK = """
INSERT INTO sequence_state (facility_id, sender, epoch, through, stored_at)
VALUES ('vale', 'n01', '0000aaaa', 7, %s)"""
REFUSED = """
INSERT INTO quarantine (facility_id, sender, received_at, arrived_at, reason, raw, bytes, stage)
VALUES ('vale', 'n01', %(at)s, %(at)s, 'no-time', 'x', 1, 'edge')"""


def silent(found: Assessment) -> dict[str, tuple[str, float | None]]:
    """Of the silent nodes that were heard once: the cause, and the minute at which they were heard last."""
    return {
        one.node: (one.cause, (one.since - START).total_seconds() / 60)
        for one in found.silent_nodes
        if one.since is not None
    }


def test_what_a_person_or_a_gateway_adds_is_no_sign_of_life_of_a_node(connection: Connection, store: Store) -> None:
    """Its pond was read at minute 0 (every 60 s; docs/operating/alarms.md: silent after three intervals); a dip by hand
    and the level of the gateway's alarm go on."""
    dam = Dam(connection, store, TWO_GAUGES + not_of_a_node("pond"))
    dam.put([(0, 337.0)])
    for name in ("n01:dip.level", "n01:alarm.level"):
        dam.put([(at, 0.0) for at in range(30)], name=name)

    assert silent(judge_of(dam)(30)) == {"n01": ("agent", 0.0)}


@pytest.mark.parametrize(("packs_at", "read_at", "heard"), [(0, 30, None), (30, 0, None), (0, 10, 10.0)])
def test_a_node_is_heard_by_its_packs_and_by_its_readings(
    dam: Dam, judged: Callable[[float], Assessment], packs_at: int, read_at: int, heard: float | None
) -> None:
    """A node that once sent packs and is read from files since is not silent at minute 30, nor one whose packs bring
    nothing new: the later of both counts."""
    dam.connection.execute(PACK.encode(), (minute(packs_at),))
    dam.put([(read_at, 337.0)])

    assert silent(judged(30)).get("n01", (None, None))[1] == heard


@pytest.mark.parametrize(("refused_at", "cause"), [(0, "agent"), (11, "agent"), (40, "clock")])
def test_a_refusal_before_good_readings_explains_no_silence(
    dam: Dam, judged: Callable[[float], Assessment], refused_at: int, cause: str
) -> None:
    """Good readings until minute 20, silent at 60: a pack without a time says why only when it came a quarter of an
    hour after them, as on the page of nodes."""
    dam.put([(at, 337.0) for at in range(21)])
    dam.connection.execute(REFUSED.encode(), {"at": minute(refused_at)})

    assert silent(judged(60))["n01"][0] == cause
