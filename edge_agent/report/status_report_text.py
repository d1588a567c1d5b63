"""The sheet as text, for a terminal of 100 columns."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from edge_agent.alarm.memory import AlarmRow, decode
from edge_agent.forward.held_batch import FIX
from edge_agent.report.status_report import MS_PER_S, DatastreamReport, Silent, StatusReport
from runtime import held_back
from runtime.link_state import LinkState
from tailings import digits, tarp
from tailings.facility import Facility, Plan
from tailings.facility.plans import LEVELS
from wire import protocol, quality

WORDS: Final = {
    quality.PASS: "pass",
    quality.NOT_EVALUATED: "not evaluated",
    quality.SUSPECT: "suspect",
    quality.FAIL: "fail",
    quality.MISSING: "missing",
}
HEADS: Final = ("datastream", "value", "unit", "age", "quality", "from")
MB: Final = 1_000_000
WITNESSES: Final = {
    "centre": "says the centre",
    "person": "said a person",
    "nodes": "say senders with clocks of their own",
    "buffer": "it is behind what is stored, or before the facility",
}
SET_MS: Final = 365 * 86_400_000
"""A gateway without a battery for its clock begins in 1970 at each start, until it is told the time."""
SPANS: Final = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def sheet_text(sheet: StatusReport) -> str:
    """How the agent stands, what is silent, and a line for each datastream."""
    return "\n".join([*_head(sheet), "", *columns([HEADS, *(_cells(row, sheet.true_ms) for row in sheet.rows)])]) + "\n"


def columns(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Rows of cells as lines in which each column begins at one place."""
    cells = list(rows)
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]


def span(ms: int) -> str:
    """A length of time in its largest unit: `3 min`."""
    seconds = max(ms, 0) / 1000
    size, unit = next((one for one in SPANS if seconds >= one[0]), SPANS[-1])
    return f"{seconds / size:.0f} {unit}"


def age(at_ms: int, since_ms: int) -> str:
    """How long ago something was; of what was noted by a clock that nobody had set, nobody knows it."""
    return span(at_ms - since_ms) if since_ms >= SET_MS else "an unknown time"


def _head(sheet: StatusReport) -> Iterator[str]:
    facility, at_ms = sheet.facility, sheet.true_ms
    origin = "from the centre" if sheet.is_from_centre else "from its own file"
    yield f"{facility.id}, agent {sheet.agent}: {_life(sheet)}"
    yield f"configuration  version {facility.version}, {facility.version_hash[:12]}, {origin}"
    if sheet.said.refused:
        yield f"  refused      {sheet.said.refused.hash[:12]}: {sheet.said.refused.why}"
    if sheet.is_running:
        yield from (f"{'link ' + name:13}  {_link(one, sheet.at_ms)}" for name, one in sheet.said.links.items())
    yield from _clock(sheet)
    yield from _protocol(sheet)
    waiting = sheet.backlog
    oldest = f", the oldest {age(at_ms, waiting.oldest_ms)} old" if waiting.oldest_ms else ""
    used = waiting.bytes / waiting.limit_bytes
    yield f"backlog        {waiting.batches} batches{oldest}; the buffer is {used:.1%} full"
    if full := sheet.said.takes_nothing:
        yield f"               TAKES NOTHING IN for {age(at_ms, full.since_ms)} ({full.reason}): {full.detail}"
        yield f"               {full.fix}; until then nodes and broker keep what comes"
    if restored_ms := sheet.said.restored_ms:
        yield f"               an older copy of it was put back; found out {age(at_ms, restored_ms)} ago"
    yield from _figures(sheet)
    for row in sheet.alarms:
        yield from _alarm(row, facility.tarp[row.plan], facility, at_ms)
    yield from (_silence(one, at_ms) for one in sheet.silent)


def _clock(sheet: StatusReport) -> Iterator[str]:
    """What of clock and centre a person must see to."""
    clock, centre = sheet.said.clock, sheet.said.centre
    if clock.state == "wrong":
        yield f"clock          WRONG{_error(clock.ahead_ms)} ({WITNESSES[clock.by]}); {clock.next}"
    if centre.is_silent:
        since = f"for {age(sheet.true_ms, centre.answered_ms)}" if centre.answered_ms else "since it was started"
        yield f"centre         SILENT {since}"
    if held := centre.holds:
        since = age(sheet.true_ms, held.since_ms)
        yield f"quarantine     FULL at the centre for {since}: it does not take batch {held.seq}, nor others like it"
        yield f"               {FIX}; until then they stay here"


def _protocol(sheet: StatusReport) -> Iterator[str]:
    """Who must be upgraded before what waits can go on."""
    spoken, understands = sheet.said.protocol, sheet.said.centre.understands
    if understands and protocol.treatment(spoken, understands[1], understands[0]) != protocol.UNDERSTOOD:
        yield f"protocol       {held_back.not_freed(spoken, understands)}"
    for sender, note in sheet.said.held_back.items():
        upgrade = "gateway" if note.protocol > spoken else sender
        why = held_back.said(sender, note.protocol, (protocol.OLDEST_UNDERSTOOD, spoken), upgrade)
        yield f"held back      {why}; {note.messages} packs in {age(sheet.true_ms, note.since_ms)}"


def _error(ahead_ms: int | None) -> str:
    return "" if ahead_ms is None else f", {span(abs(ahead_ms))} {'ahead' if ahead_ms > 0 else 'behind'}"


def _alarm(row: AlarmRow, plan: Plan, facility: Facility, at_ms: int) -> Iterator[str]:
    known = decode(row.memory, plan)
    standing = tarp.standing(plan, known.memory, facility, at_ms)
    yield f"alarm {row.plan}: {LEVELS[row.level]} for {age(at_ms, row.since_ms)}{_approval(plan, at_ms)}"
    if standing.sight.state != "full":
        lost = ", ".join(f"{one.datastream} {one.reason}" for one in standing.sight.lost)
        yield f"  {'BLIND' if standing.sight.state == 'blind' else 'reduced sight'}: {lost}"
    if standing.believed > known.level:
        yield f"  suspect readings say {LEVELS[standing.believed]}: read the instrument by hand"
    if (doubt := known.doubt) is not None:
        reading = f"{doubt.datastream} of {age(at_ms, doubt.time_ms)} ago"
        yield f"  raised by a reading that was later judged suspect: {reading}{doubt.tests and f' ({doubt.tests})'}"
        yield f"  the newest readings say {LEVELS[known.level]}; release it: tailwatch gateway release {row.plan}"
    if (learned := known.learned) is not None:
        lasted = (
            f"for {span(learned.to_ms - learned.from_ms)}" if learned.to_ms else "and still there by the newest ones"
        )
        yield f"  learned late: {LEVELS[learned.level]} {age(at_ms, learned.from_ms)} ago, {lasted}"


def _approval(plan: Plan, at_ms: int) -> str:
    day = datetime.fromtimestamp(at_ms / MS_PER_S, UTC).date()
    state = tarp.state_of(plan, day)
    if state == "approval-ended":
        return f"; its approval ended on {tarp.ended_on(plan, day)}, and it goes on calling"
    return "; it only simulates, and switches nothing" if state == "simulated" else ""


def _figures(sheet: StatusReport) -> Iterator[str]:
    flow, budget = sheet.said.flow, sheet.said.budget
    if not sheet.is_running:
        return
    if flow:
        since = age(sheet.true_ms, flow.started_ms)
        yield f"taken in       {flow.packs} packs, {flow.readings} readings, {flow.rows} rows of files in {since}"
    if budget:
        waits = "; batches wait for it" if budget.waits else ""
        sent, free, whole = (size / MB for size in (budget.sent_bytes, budget.free_bytes, budget.limit_bytes))
        yield f"data budget    {sent:.1f} of {whole:g} MB sent today (UTC), {free:.1f} were free by now{waits}"


def _life(sheet: StatusReport) -> str:
    if sheet.is_running:
        return "running"
    last = f"last sign of life {age(sheet.at_ms, sheet.said.at_ms)} ago" if sheet.said.at_ms else "no sign of life"
    return f"NOT running ({last})"


def _link(one: LinkState, at_ms: int) -> str:
    state = f"{'up' if one.is_up else 'DOWN'} for {age(at_ms, one.since_ms)}"
    return f"{state}: {one.trouble}" if one.trouble else state


def _silence(one: Silent, at_ms: int) -> str:
    since = "never heard" if one.last_ms is None else f"nothing for {age(at_ms, one.last_ms)}"
    return f"silent {one.node}     {one.name}: {since}, expected every {span(round(one.expected_s * 1000))}"


def _cells(row: DatastreamReport, at_ms: int) -> tuple[str, ...]:
    one, latest = row.datastream, row.latest
    name, origin = one.name, one.formula or "raw"
    if latest is None:
        return (name, "-", one.unit, "never", "-", origin)
    value = "-" if latest.value is None else f"{latest.value:.{digits.kept(one.quantity, one.unit)}f}"
    judged = WORDS[latest.quality] + (f" ({latest.why})" if latest.why else "")
    return (name, value, one.unit, age(at_ms, latest.time_ms), judged, origin)
