"""The verdict: one sentence that answers the question of a page, made from data."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from api.access import Caller
from dashboard.view_models import DatastreamRow, FacilityRow, NodeRow
from texts import Texts, say
from wire import quality as flag

from . import ages, assessment_words, offline_diagnosis, states

MAX_NAMES = 3


@dataclass(frozen=True)
class VerdictBanner:
    """A state, the title beside its shape, the sentence below, and a note in small letters.

    provenance: the address of the origin of its figures.
    """

    state: str
    title: str
    says: str
    note: str = ""
    provenance: str = ""


def state_words(summary: states.StateSummary, texts: Texts) -> str:
    """Say a state and what hides behind it ('Green, with 1 stale'): stale parts never go unmentioned."""
    word: str = texts["states"][summary.state]
    hidden = clauses(summary, texts)
    return say(texts["verdict"]["with"], state=word, clauses=hidden) if hidden else word


def clauses(summary: states.StateSummary, texts: Texts) -> str:
    """Say what hides behind a state ('1 stale, 2 never measured')."""
    return ", ".join(
        say(texts["state_clauses"][state], summary.counts[state])
        for state in states.NOT_FRESH
        if summary.counts.get(state) and state != summary.state
    )


def of_facility(facility: FacilityRow, now: datetime, texts: Texts) -> VerdictBanner:
    """Answer 'is it safe, does it report, and what stands out?' for one facility."""
    assessment = facility.assessment
    title = assessment_words.title(assessment, facility.timezone, now, texts)
    says = [*assessment_words.sentences(facility, now, texts), " ".join(_facility_sentences(facility, texts))]
    if facility.exceeded:
        water = say(texts["verdict"]["water"], facility.exceeded)
        if assessment.worst != assessment.verdict:
            own = "" if assessment.verdict in states.RAISED else f"{title}."  # raised, it is the first of the reasons
            title, water = f"{texts['states'][assessment.worst]}: {water}", own
        else:
            water = f"{water}."
        says = [*filter(None, [water]), *says]
    return VerdictBanner(assessment.worst, title, "\n".join(says))


def _facility_sentences(facility: FacilityRow, texts: Texts) -> list[str]:
    words, summary = texts["verdict"], facility.summary
    if summary.counts.get(states.UNKNOWN, 0) == summary.total:
        return [str(words["never_says"])]
    sentences = [
        say(words["green"], summary.total)
        if summary.is_complete
        else say(words["part"], fresh=summary.fresh, total=summary.total)
    ]
    silent = [node for node in facility.nodes if node.is_silent]
    if silent:
        sentences.append(say(words["silent"], len(silent), names=names([node.id for node in silent])))
    for quality, key in ((flag.MISSING, "missing"), (flag.FAIL, "rejected"), (flag.SUSPECT, "suspect")):
        found = [row for row in facility.datastreams if row.quality == quality and row.state != states.STALE]
        if found:
            sentences.append(say(words[key], len(found)))
    if lost := facility.ledger_sum("lost"):
        sentences.append(say(words["lost"], lost))
    return sentences


def of_part(banner: VerdictBanner, facilities: int, left_out: int, texts: Texts) -> VerdictBanner:
    """Say of how many facilities a verdict is where others found no room: neither green nor fresh is then known."""
    if not left_out:
        return banner
    said = say(texts["verdict"]["of_page"], facilities, total=facilities + left_out)
    state = states.UNKNOWN if banner.state in (states.GREEN, states.FRESH) else banner.state
    return replace(banner, state=state, says=f"{said} {banner.says}".strip())


def of_none(caller: Caller | None, texts: Texts) -> VerdictBanner:
    """Say what helps who may see no facility: not that there is none, which nobody tells a stranger."""
    words = texts["verdict"]
    if caller is None or not caller.is_known:
        return VerdictBanner(states.UNKNOWN, words["log_in"], words["log_in_says"])
    return VerdictBanner(states.UNKNOWN, words["no_role"], words["no_role_says"])


def of_facilities(
    facilities: Sequence[FacilityRow], texts: Texts, worst: str | None = None, total: int | None = None
) -> VerdictBanner:
    """Answer 'where must I look?' over all facilities; of more than these, `worst` and `total` are those of all."""
    words = texts["verdict"]
    if not facilities:
        return VerdictBanner(states.UNKNOWN, words["facilities_empty"], words["facilities_empty_says"])
    state = worst or min((facility.summary.state for facility in facilities), key=states.severity)
    if total is not None and total > len(facilities):
        return VerdictBanner(state, texts["states"][state], say(words["of_page"], len(facilities), total=total))
    parts = states.of_parts(row.part for facility in facilities for row in facility.datastreams)
    title = state_words(states.StateSummary(state, parts.counts), texts)
    return VerdictBanner(state, title, " ".join(_overview_sentences(facilities, texts)))


def _overview_sentences(facilities: Sequence[FacilityRow], texts: Texts) -> list[str]:
    """Say which facilities need a look, which exceed a limit of water, and which no plan watches."""
    words = texts["verdict"]
    look = [facility.name for facility in facilities if needs_a_look(facility)]
    over = [facility.name for facility in facilities if facility.exceeded]
    unplanned = [one.name for one in facilities if one.assessment.verdict == states.NOT_MONITORED]
    is_quiet = all(facility.summary.is_complete for facility in facilities)
    sentences = [say(words["needs"], len(look), names=names(look))] if look else []
    if not look and is_quiet:
        sentences.append(say(words["needs_none"], len(facilities)))
    sentences += [say(words["over_water"], len(over), names=names(over))] if over else []
    return sentences + ([say(words["no_plan"], len(unplanned), names=names(unplanned))] if unplanned else [])


def of_nodes(nodes: Sequence[NodeRow], texts: Texts) -> VerdictBanner:
    """Answer 'who is silent, and why?'."""
    words = texts["verdict"]
    if not nodes:
        return VerdictBanner(states.UNKNOWN, words["nodes_none"], "")
    silent = sorted((node for node in nodes if node.is_silent), key=lambda node: node.age_s or 0, reverse=True)
    lost = sum(node.ledger.get("lost", 0) for node in nodes)
    fate = say(words["nodes_lost"], lost) if lost else words["nodes_not_lost"]
    if low := [node.id for node in nodes if node.is_battery_low and not node.is_silent]:
        fate = f"{say(words['nodes_low'], len(low), names=names(low))} {fate}"
    if not silent:
        return VerdictBanner(states.FRESH, say(words["nodes_all"], len(nodes)), fate)
    title = say(words["nodes_silent"], len(silent), total=len(nodes))
    reasons = [_silent_sentence(node, nodes, texts) for node in silent[:MAX_NAMES]]
    state = states.STALE if any(node.age_s is not None for node in silent) else states.UNKNOWN
    return VerdictBanner(state, title, " ".join([*reasons, fate]))


def _silent_sentence(node: NodeRow, nodes: Sequence[NodeRow], texts: Texts) -> str:
    why = offline_diagnosis.why_words(node, nodes, texts)
    if node.age_s is None:
        return f"{node.id}: {why[0].lower()}{why[1:]}."
    return say(texts["verdict"]["nodes_says"], name=node.id, age=ages.age_words(node.age_s), why=why + ".")


def of_data(rows: Sequence[DatastreamRow], texts: Texts, since: str, count: str) -> VerdictBanner:
    """Answer 'can I have it?': how many datastreams and readings there are, and since when."""
    words = texts["verdict"]
    summary = states.of_parts(row.part for row in rows)
    says = say(words["data_says"], count=count, since=since) if since else words["data_none"]
    return VerdictBanner(summary.reporting, say(words["data_title"], len(rows)), says)


def needs_a_look(facility: FacilityRow) -> bool:
    """Tell whether anything of a facility is raised, silent, missing or rejected; one that no plan watches is quiet."""
    summary = facility.summary
    if summary.state == states.NOT_MONITORED:
        return False
    return summary.state != states.GREEN or facility.assessment.sight != "full" or not summary.is_complete


def names(all_names: Sequence[str]) -> str:
    """List names; the fourth and later ones become '+ n'."""
    rest = len(all_names) - MAX_NAMES
    return ", ".join(all_names[:MAX_NAMES]) + (f" + {rest}" if rest > 0 else "")
