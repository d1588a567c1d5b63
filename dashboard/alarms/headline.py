"""The verdict and the figures of the alarm pages: what needs me now?"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from api.alarms.models import Alarm, AlarmDetail
from dashboard import ages, numbers, states
from dashboard.alarms import movement, on_call, words
from dashboard.key_figures import Fact
from dashboard.verdict import VerdictBanner, names
from tailings.time_span import span
from texts import Texts, say

from .board import MAX_SAID, AlarmBoardView
from .movement import Movement

SOON_S = 24 * 3600


def of_board(board: AlarmBoardView, texts: Texts) -> VerdictBanner:
    """Say first what is late, then what runs out, then what nobody has seen, then what stands.

    Where nothing is told, what is held, and a plan that does not hear all, still go before green.
    """
    said, dam = texts["alarms"]["verdict"], board.dam
    if not dam:
        return _quiet(board, texts)
    state = _worst(dam)
    due = deadlines(board)
    seconds = (due[0].next_due_at - board.now).total_seconds() if due and due[0].next_due_at else SOON_S
    if seconds < 0:
        title = say(said["late"], time=_together(-seconds))
    elif seconds < SOON_S:
        title = say(said["runs_out"], time=_together(seconds))
    elif board.waiting:
        title = say(said["waiting"], len(board.waiting))
    else:
        title = say(said["stand"], len(dam))
    return VerdictBanner(state, title, stands(board, texts), _note(board, texts))


def _worst(dam: Sequence[Alarm]) -> str:
    return min((words.state_of(one) for one in dam), key=states.severity)


def _quiet(board: AlarmBoardView, texts: Texts) -> VerdictBanner:
    said, hidden, note = texts["alarms"]["verdict"], _hidden(board, texts), _simulated(board, texts)
    if board.held:
        return VerdictBanner(states.MAINTENANCE, say(said["held"], len(board.held)), hidden, note)
    if any(one.is_blind for one in board.unseen):
        return VerdictBanner(states.BLIND, said["blind"], hidden, note)
    if len(board.not_monitored) == len(board.places):
        return VerdictBanner(states.NOT_MONITORED, said["no_plan"], said["no_plan_says"], note)
    return VerdictBanner(states.GREEN, said["none"], " ".join(filter(None, [said["none_says"], hidden])), note)


def _together(seconds: float) -> str:
    """A length of time that no line end parts."""
    return span(seconds).replace(" ", "\N{NO-BREAK SPACE}")


def deadlines(board: AlarmBoardView) -> list[Alarm]:
    """Give the alarms whose next action has a deadline, the nearest first."""
    found = [one for one in board.dam if one.next_due_at is not None]
    return sorted(found, key=lambda one: one.next_due_at or board.now)


def stands(board: AlarmBoardView, texts: Texts) -> str:
    """Say which alarms stand, each in a line of its own: its facility, level, value, and how that goes on."""
    said = texts["alarms"]["verdict"]
    parts = []
    for one in [one for one in board.dam if one.level > 0][:MAX_SAID]:
        known = board.movements.get(one.id, Movement())
        what = ", ".join(filter(None, [one.title, movement.stands(one, known, board.now, texts)]))
        level = words.level_of(one, texts).lower()
        stands = say(said["one_stands"], where=one.facility_name, level=level, what=what)
        parts.append(f"{stands} {movement.goes_on(one, known, board.zone, board.now, texts)}".strip())
    unseen = [one for one in board.waiting if one.signal == 0]
    if unseen:
        parts.append(say(said["unseen"], len(unseen)))
    return "\n".join(parts)


def _note(board: AlarmBoardView, texts: Texts) -> str:
    told = on_call.next_told(board.waiting, board.recipients, board.zone, board.now, texts)
    return " ".join(filter(None, [told, _hidden(board, texts), _simulated(board, texts)]))


def _simulated(board: AlarmBoardView, texts: Texts) -> str:
    return say(texts["alarms"]["verdict"]["simulated"], len(board.simulated)) if board.simulated else ""


def _hidden(board: AlarmBoardView, texts: Texts) -> str:
    """Say what no alarm of the list says: what is held, and which plans do not hear all."""
    held = (_held(one, board, texts) for one in board.held[:MAX_SAID])
    unplanned = board.not_monitored
    said = texts["verdict"]["no_plan"]
    bare = say(said, len(unplanned), names=names(unplanned)) if unplanned else ""
    return " ".join(filter(None, [*held, _unseen(board, texts), bare]))


def _held(alarm: Alarm, board: AlarmBoardView, texts: Texts) -> str:
    level = words.level_of(alarm, texts).lower()
    until = ages.short_clock(alarm.held_until, board.zone, board.now) if alarm.held_until else ""
    said = texts["alarms"]["verdict"]["one_held"]
    return say(said, where=alarm.facility_name, what=alarm.title, level=level, time=until)


def _unseen(board: AlarmBoardView, texts: Texts) -> str:
    """Name the failure modes that are not seen whole: no alarm of theirs may mean no reading."""
    said = texts["alarms"]["verdict"]
    parts = []
    for key, is_blind in (("unseen_blind", True), ("unseen_reduced", False)):
        some = [one for one in board.unseen if one.is_blind == is_blind]
        if some:
            modes = [f"{one.mode.title}, {one.where}" if one.mode else one.where for one in some[:MAX_SAID]]
            parts.append(say(said[key], len(some), modes="; ".join(modes)))
    return " ".join(parts)


def of_board_facts(board: AlarmBoardView, texts: Texts) -> list[Fact]:
    """Give the six figures."""
    said, dam, waiting = texts["alarms"]["facts"], board.dam, board.waiting
    counts = Counter(words.level_of(one, texts).lower() for one in dam)
    by_level = ", ".join(say(said["counted"], count, level=name) for name, count in counts.items())
    stale = sum(words.state_of(one) == states.STALE for one in board.equipment)
    median = board.load.median_acknowledged_s
    per_day = next(one.value for one in board.load.measures if one.code == "per_day")
    worst = _worst(dam) if dam else _quiet(board, texts).state
    silent, until = say(said["stale"], stale) if stale else "", _until(board, texts)
    return [
        Fact(said["dam"], numbers.count(len(dam)), said["open"], by_level, worst),
        Fact(
            said["waiting"],
            numbers.count(len(waiting)),
            "",
            say(said["waits"], time=span((board.now - waiting[0].noted_at).total_seconds())) if waiting else "",
        ),
        Fact(
            said["equipment"], numbers.count(len(board.equipment)), said["open"], silent, states.STALE if stale else ""
        ),
        Fact(said["held"], numbers.count(len(board.holds)), "", until, states.MAINTENANCE if board.holds else ""),
        Fact(said["load"], numbers.fixed(per_day, 1), said["a_day"], said["load_sub"]),
        Fact(
            said["answered"],
            span(median) if median is not None else said["never"],
            "",
            said["answered_sub"] if median is not None else said["never_sub"],
        ),
    ]


def _until(board: AlarmBoardView, texts: Texts) -> str:
    if not board.holds:
        return ""
    return say(texts["alarms"]["facts"]["until"], time=ages.short_clock(board.holds[0].until, board.zone, board.now))


def of_event(found: AlarmDetail, moves: Movement, zone: str, now: datetime, texts: Texts) -> VerdictBanner:
    """Say how one alarm stands and what comes next."""
    alarm, said = found.alarm, texts["alarms"]["event"]
    state = words.state_of(alarm) if alarm.family == "dam" else states.MAINTENANCE
    level = words.level_of(alarm, texts)
    if alarm.closed_at is not None:
        return VerdictBanner(states.GREEN, said["closed"], _came(found, texts), _note_of(alarm, texts))
    if alarm.family == "maintenance":
        return VerdictBanner(state, words.title(alarm, zone, now, texts), said["equipment"], _note_of(alarm, texts))
    says = say(said["states"][alarm.state], level=level)
    if alarm.is_taken_back:
        says = " ".join([_taken_back(found, texts), said["release"] if alarm.lowered_by and alarm.level else "", says])
    if alarm.next_due_at is not None:
        says += " " + say(
            said["next"], what=alarm.next_action, who=alarm.next_who, time=words.left(alarm.next_due_at, now, texts)
        )
    says = f"{movement.goes_on(alarm, moves, zone, now, texts)} {says}".strip()
    what = movement.stands(alarm, moves, now, texts) or alarm.title
    return VerdictBanner(state, say(said["title"], level=level, what=what), says, _note_of(alarm, texts))


def _taken_back(found: AlarmDetail, texts: Texts) -> str:
    """Name the reading that raised it and is doubted now; none of those that began it: values came late."""
    said = texts["alarms"]["event"]
    bad = [one for one in found.context if one.is_of_plan and one.quality in (1, 2) and one.quality_since in (3, 4)]
    if not bad:
        return str(said["taken_back"])
    value = numbers.with_unit(bad[0].value, bad[0].quantity, bad[0].unit)
    return say(said["doubted"], name=bad[0].datastream.partition(":")[2], value=value)


def _came(found: AlarmDetail, texts: Texts) -> str:
    highest = texts["states"][words.LEVELS[found.alarm.highest]].lower()
    return say(texts["alarms"]["event"]["was"], level=highest)


def _note_of(alarm: Alarm, texts: Texts) -> str:
    said = texts["alarms"]["event"]
    parts = [
        say(said["corrected"], alarm.corrections) if alarm.corrections else "",
        said["past"] if alarm.is_past else "",
        said["simulated"] if alarm.is_simulated and alarm.closed_at is None else "",
        *(f"{one}." for one in words.labels(alarm, texts) if alarm.closed_at is None),
    ]
    return " ".join(filter(None, parts))
