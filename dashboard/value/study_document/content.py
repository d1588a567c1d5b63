"""What the study by Article 27(2) says in words: each figure with its sources, each gap with what closes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from api.studies.document import DocumentFigure, DocumentPart, StudyDocument, StudyGap
from api.studies.models import Valuation
from api.studies.origins.models import OriginStep, Plain
from dashboard import paper
from dashboard.full_times import full_day
from dashboard.provenance import Item
from dashboard.value import headline, regulation
from dashboard.value.addresses import address
from dashboard.value.amounts import percent
from dashboard.value.origins import amounts, panel
from dashboard.value.origins.sentences import Sentences
from dashboard.value.valued import ValuedFacility
from texts import Texts, say, sentence

ON_THE_WAY: Final = ("figure", "formula", "assay")
"""Steps between a figure and its sources; of assays, hundreds a figure, the laboratory's file is the source."""
SAID_ONCE: Final = ("draws", "step_formula")
"""Notes of many figures: the document says them at its beginning, and above the part."""


class _Sources:
    """The steps that figures end at, each numbered at its first use."""

    def __init__(self, facility: str, said: Sentences) -> None:
        self._facility, self._said = facility, said
        self._number_of: dict[str, int] = {}
        self.rows: list[dict[str, Any]] = []

    def numbers(self, steps: Sequence[OriginStep]) -> list[int]:
        """The numbers of the sources of a figure, in the order of its steps."""
        return list(dict.fromkeys(self._number(step) for step in steps if step.kind not in ON_THE_WAY))

    def _number(self, step: OriginStep) -> int:
        key = step.model_dump_json()
        if key not in self._number_of:
            self._number_of[key] = len(self._number_of) + 1
            self.rows.append(_source(self._number_of[key], panel.item(self._facility, step, self._said)))
        return self._number_of[key]


def document(
    answer: StudyDocument, valuation: Valuation, texts: Texts, *, language: str, zone: str, origin: str
) -> dict[str, Any]:
    """Give the data of `study.typ`; origin: scheme and host that the pages are reached by."""
    words, said = texts["document"], Sentences(texts, zone, answer.now)
    valued = ValuedFacility.of(valuation)
    assert valued is not None  # there is no document without a study
    sources = _Sources(answer.facility, said)
    banner, day = headline.verdict(valued, texts), answer.now.astimezone(ZoneInfo(zone)).date()
    article = regulation.context(valued, texts)
    return {
        "lang": language,
        "title": say(words["title"], facility=answer.name),
        "author": answer.signed or answer.operator or answer.name,
        "day": {"year": day.year, "month": day.month, "day": day.day},
        "by": words["by"],
        "about": _about(answer, zone, texts),
        "verdict": {"title": banner.title, "says": banner.says},
        "standing": [headline.standing(valued.result, texts), banner.note],
        "gaps": paper.gaps([{"ref": one.ref, **_gap(one, said)} for one in answer.gaps], texts),
        "columns": list(words["columns"].values()),
        "parts": [_part(one, answer.facility, origin, said, sources) for one in answer.parts],
        "materials": _materials(article, texts),
        "dues": _dues(article["dues"], texts),
        "method": {"title": words["method"], "lines": answer.method},
        "sources": {"title": words["sources"], "says": words["sources_say"], "rows": sources.rows},
        "foot": say(words["foot"], facility=answer.name, version=answer.study, hash=answer.inputs_sha256),
        "page": words["page"],
    }


def _about(answer: StudyDocument, zone: str, texts: Texts) -> list[str]:
    words = texts["document"]
    named = {"operator": answer.operator, "region": answer.region}
    lines = [say(words[name], value=value or words["unknown"]) for name, value in named.items()]
    made = say(words["study"], version=answer.study, date=full_day(answer.made_at, zone))
    return [*lines, made, say(words["as_of"], date=full_day(answer.now, zone)), *_files(answer, texts)]


def _files(answer: StudyDocument, texts: Texts) -> list[str]:
    return [say(texts["document"]["file"], name=one.name, hash=one.sha256) for one in answer.files]


def _part(part: DocumentPart, facility: str, origin: str, said: Sentences, sources: _Sources) -> dict[str, Any]:
    words = said.texts["document"]["parts"][part.code]
    return {
        "title": f"{words['title']} ({part.ref})" if part.ref else words["title"],
        "says": words.get("says", ""),
        "rows": [_row(one, facility, origin, said, sources) for one in part.figures],
    }


def _row(figure: DocumentFigure, facility: str, origin: str, said: Sentences, sources: _Sources) -> dict[str, Any]:
    top, *way = figure.steps
    formula = next((step.notes for step in way if step.kind == "formula"), [])
    # What the program says of an estimate, in English, stands in the method statement.
    own = [one for one in top.notes if one.code != "quoted" or top.ground != panel.BY_PROGRAM]
    return {
        "name": sentence(said.name(top.name)),
        "value": said.value(top),
        "interval": _interval(top, said.texts) or next((_interval(one, said.texts) for one in way[:1]), ""),
        "notes": [said.note(one) for one in (*formula, *own) if one.code not in SAID_ONCE],
        "sources": sources.numbers(way),
        "address": f"{origin}{address(facility, figure.figure)}",
    }


def _interval(step: OriginStep, texts: Texts) -> str:
    """P90 to P10, each written as the P50 is; "" where there is none."""
    if step.p90 is None or step.p10 is None:
        return ""
    low, high = (amounts.written(step.model_copy(update={"p50": one}), texts) for one in (step.p90, step.p10))
    return say(texts["value"]["spread"], low=low, high=high)


def _gap(gap: StudyGap, said: Sentences) -> dict[str, str]:
    """Say what is missing and what closes it."""
    texts, words = said.texts, said.texts["document"]["gaps"]
    if gap.code == "field":
        field = str(gap.values["field"])
        return {"says": sentence(texts["value"]["fields"][field]), "closes": words["fields"][field]}
    written = {name: _written(name, value, texts) for name, value in gap.values.items()}
    return {part: say(words["codes"][gap.code][part], None, **written) for part in ("says", "closes")}


def _written(name: str, value: Plain, texts: Texts) -> object:
    """Write a value of a gap as its name says; materials have their names in the language."""
    named = texts["value"]["materials"]
    if name == "missing" and isinstance(value, list):
        return headline.missing(value, texts)
    if isinstance(value, list):
        return ", ".join(str(named.get(one, one)) for one in value)
    if name.endswith("_share") and isinstance(value, float):
        return percent(value)
    return named.get(value, value) if name == "material" else value


def _materials(made: Mapping[str, Any], texts: Texts) -> dict[str, Any]:
    words = texts["value"]["article"]
    rows = [
        [row.annexes, row.name, row.elements, f"{row.state} {row.note}".strip(), str(row.intervals or "")]
        for row in made["materials"]
    ]
    if made["not_assayed"]:
        rows.append(["", made["not_assayed"], "", words["not_assayed"], ""])
    columns = [words[name] for name in ("annex", "material", "elements", "state", "intervals")]
    note = f"* {made['group']} {words['no_element']}"
    said = " ".join((made["sub"], *made["says"]))
    return {"title": texts["document"]["materials"], "says": said, "columns": columns, "rows": rows, "note": note}


def _dues(made: Sequence[regulation.DueLine], texts: Texts) -> dict[str, Any]:
    words = texts["document"]["dues"]
    rows = [[one.day, one.name, one.whose, one.left] for one in made]
    return {"title": words["title"], "columns": list(words["columns"].values()), "rows": rows}


def _source(number: int, item: Item) -> dict[str, Any]:
    lines = {"lines": item.lines, "english": item.english}
    return {"number": number, "kind": item.name, "value": item.value, **lines}
