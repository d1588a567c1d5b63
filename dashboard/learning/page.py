"""What the pages of learning say: the library by kind, one record as a sheet, and the forms that write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from api.learning.filters import LearningFilter
from api.learning.models import LearningEvent, LearningLibrary, Organisation, Practice
from api.policy.answers import value_of
from dashboard import pages
from dashboard.filter_fields import fields as filter_fields
from dashboard.full_times import full_time
from dashboard.key_figures import Fact
from dashboard.learning import record_forms
from dashboard.learning.record_forms import LONG, NOUNS, PRACTICES
from dashboard.policy import figures
from dashboard.reads import Shown
from dashboard.verdict import VerdictBanner
from tailings.policy import Evaluation
from texts import Texts, say, writing

Record = Practice | LearningEvent | Organisation
SHOWN_HASH: Final = 12


def library(
    shown: Shown,
    found: LearningLibrary,
    which: LearningFilter,
    texts: Texts,
    *,
    may_write: bool,
    new: str,
    given: Mapping[str, str],
    wrong: str = "",
) -> dict[str, Any]:
    """Make the page of all; new: the noun whose form is open, given: what a form that was refused had in it."""
    words = texts["learning"]
    total = sum(found.totals.values())
    kinds = [(noun, words["nouns"][noun]) for noun in NOUNS]
    named = [(one.id, one.document.title) for one in found.organisations]
    return pages.shared(shown, texts, "learning", pages.zone_of(shown)) | {
        "heading": words["title"],
        "path": [(texts["policy"]["title"], "/policy")],
        "verdict": VerdictBanner("", say(words["count"], total) if total else words["none"], words["says"], ""),
        "facts": [Fact(words["nouns"][noun], str(found.totals[noun])) for noun in NOUNS] if total else [],
        "fields": filter_fields(which.asked, {"kind": kinds, "organisation": named}),
        "is_chosen": any(which.asked.values()),
        "practices": [_practice(one, texts) for one in found.practices],
        "events": [_event(one, texts) for one in found.events],
        "organisations": [_organisation(one, texts) for one in found.organisations],
        "nouns": kinds,
        "new": new if may_write else "",
        "form": form(new, None, texts, given) if may_write and new in NOUNS else None,
        "may_write": may_write,
        "wrong": wrong,
    }


def record(
    shown: Shown, noun: str, one: Record, texts: Texts, *, may_write: bool, given: Mapping[str, str], wrong: str = ""
) -> dict[str, Any]:
    """Make the page of one."""
    words, said = texts["learning"], one.document.model_dump(mode="json")
    standing = [words["is_example"]] if said["is_example"] else []
    standing += [words["failed"]] if said.get("has_failed") else []
    standing += [words["public" if one.is_public else "own"]]
    gaps = [words["fields"][name] for name in one.gaps] if isinstance(one, Practice) else []
    note = say(words["gaps"], fields=", ".join(gaps)) if gaps else ""
    return pages.shared(shown, texts, "learning", pages.zone_of(shown)) | {
        "heading": said["title"],
        "subheading": " · ".join(filter(None, (said.get("region"), said.get("institution"), said.get("country")))),
        "path": [(words["title"], "/learning")],
        "verdict": VerdictBanner("", words["one"][noun], " ".join(standing), note),
        "facts": [],
        "summary": said.get("summary") or "",
        "sheet": _parts(noun, said, texts),
        "tables": _tables(said, texts),
        "figures": _figures(one, texts),
        "address": said["address"],
        "form": form(noun, one, texts, given) if may_write else None,
        "may_write": may_write,
        "wrong": wrong,
    }


def form(noun: str, one: Record | None, texts: Texts, given: Mapping[str, str]) -> dict[str, Any]:
    """Give the form of a record, or of a new one."""
    said = one.document.model_dump(mode="json") if one else {}
    return {
        "noun": noun,
        "address": f"/learning/{noun}/{one.id}" if one else f"/learning/{noun}",
        "is_new": one is None,
        "id": given.get("id", ""),
        "version": one.version if one else 0,
        "inputs": record_forms.form_fields(noun, said, given),
        "is_public": "is_public" in given if given else bool(one and one.is_public),
        "has_figures": bool(said.get("figures")),
        "fills": noun == PRACTICES,
        "fill_facility": given.get("fill_facility", ""),
        "fill_year": given.get("fill_year", ""),
        "kinds": [(kind, texts["learning"]["kinds"][kind]) for kind in record_forms.KINDS],
    }


def _practice(one: Practice, texts: Texts) -> dict[str, Any]:
    words, said = texts["learning"], one.document
    standing = [words["example"]] if said.is_example else []
    standing += [words["failed_short"]] if said.has_failed else []
    return {
        "address": f"/learning/practices/{one.id}",
        "title": said.title,
        "sub": " · ".join(filter(None, (said.region, said.institution, *standing))),
        "summary": said.summary or said.problem.partition("\n")[0],
        "results": [f"{of.what}: {of.value}" for of in said.results],
        "validated": "; ".join(_validated(of.model_dump(mode="json")) for of in said.validations)
        or words["not_validated"],
    }


def _event(one: LearningEvent, texts: Texts) -> dict[str, Any]:
    words, said = texts["learning"], one.document
    days = writing.day(said.day)
    return {
        "address": f"/learning/events/{one.id}",
        "title": said.title,
        "sub": " · ".join(filter(None, (said.place, words["example"] if said.is_example else ""))),
        "days": f"{days} – {writing.day(said.until)}" if said.until else days,
        "organisations": say(words["took_part"], len(said.organisations)),
        "learned": [f"{of.organisation}: {of.what}" for of in said.learned],
    }


def _organisation(one: Organisation, texts: Texts) -> dict[str, Any]:
    words, said = texts["learning"], one.document
    return {
        "address": f"/learning/organisations/{one.id}",
        "title": said.title,
        "sub": " · ".join(filter(None, (one.id, words["example"] if said.is_example else ""))),
        "kind": words["kinds"][said.kind],
        "where": ", ".join(filter(None, (said.region, said.country))),
        "events": f"/learning?organisation={one.id}",
    }


def _validated(one: Mapping[str, str]) -> str:
    return f"{one['name']}, {writing.calendar_day(one['on'])}"


def _parts(noun: str, said: Mapping[str, Any], texts: Texts) -> list[tuple[str, list[str]]]:
    """The parts in words, each with its lines; what says nothing stands among the gaps."""
    words = texts["learning"]["fields"]
    found = []
    for name in record_forms.FIELDS[noun]:
        if name in LONG and said.get(name):
            found.append((words[name], str(said[name]).splitlines()))
        elif name in record_forms.DAYS and said.get(name):
            found.append((words[name], [writing.calendar_day(said[name])]))
        elif name == "place" and said.get(name):
            found.append((words[name], [said[name]]))
        elif name == "kind":
            found.append((words[name], [texts["learning"]["kinds"][said[name]]]))
    return found


def _tables(said: Mapping[str, Any], texts: Texts) -> list[dict[str, Any]]:
    """Results, validations, who learned what, and what belongs together, as tables."""
    words, found = texts["learning"], []
    for name, columns in record_forms.LINES.items():
        if said.get(name):
            heads = [words["columns"][column] for column in columns]
            rows = [[_cell(column, one[column]) for column in columns] for one in said[name]]
            found.append({"id": name, "title": words["fields"][name], "heads": heads, "rows": rows, "links": ""})
    for name in record_forms.IDS:
        if said.get(name):
            rows = [[one] for one in said[name]]
            found.append(
                {"id": name, "title": words["fields"][name], "heads": [words["columns"]["id"]], "rows": rows}
                | {"links": f"/learning/{name}/"}
            )
    return found


def _cell(column: str, value: str) -> str:
    return writing.calendar_day(value) if column == "on" else value


def _figures(one: Record, texts: Texts) -> dict[str, Any] | None:
    """Figures of a facility as they were frozen."""
    found = one.document.figures if isinstance(one, Practice) else None
    if found is None:
        return None
    words = texts["learning"]["figures"]
    as_of = full_time(found.as_of, "UTC")
    return {
        "says": say(words["says"], facility=found.facility, as_of=as_of),
        "rows": [_figure(of, texts) for of in found.evaluations],
    }


def _figure(one: Evaluation, texts: Texts) -> dict[str, Any]:
    query = one.query
    line = figures.line(value_of(one), texts)
    return {
        "title": texts["policy"]["indicators"][query.indicator]["title"],
        "sub": " · ".join(filter(None, (str(query.year) if query.year else "", query.element))),
        "line": line,
        "version": one.rows[0].version if one.rows else "",
        "sha256": one.sha256[:SHOWN_HASH],
    }
