"""A new facility file from twelve answers: commented, with what was asked for and a place for what comes later."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Final, NamedTuple

from tailings.facility import BadFacility, parse, reference
from tailings.facility.checks import CONSEQUENCE_CLASSES
from toml_file.nearest import choices

Answers = Mapping[str, str]
INSTRUMENTS: Final = ("battery", "pond", "rain", "barometer", "piezometer", "water")
GAUGE_RANGE: Final = "gauge_range"
_NODES: Final = {"n01": ("pond", "rain", "barometer"), "n02": ("piezometer",), "n03": ("water",)}
_PLACES: Final = {"n01": "Pond and weather", "n02": "Piezometer", "n03": "Water"}
_FOLDER: Final = Path(__file__).parent / "templates"
_BLOCKS: Final = {file.stem: Template(file.read_text("utf-8")) for file in _FOLDER.glob("*.template")}
"""Parts of the file: TOML with $names."""


OPTION_OF: Final = {"timezone": "--time-zone"}
"""Options that other commands have by another name than the key of the file."""


class FacilityQuestion(NamedTuple):
    """One question. default: None where only the person knows; needs: the instrument without which it is not asked."""

    name: str
    words: str
    default: str | None
    needs: str = ""

    @property
    def option(self) -> str:
        """The option that answers it."""
        return OPTION_OF.get(self.name, f"--{self.name.replace('_', '-')}")


QUESTIONS: Final = (
    FacilityQuestion("id", "Id of the facility in addresses, for ever (a-z, 0-9, -)", None),
    FacilityQuestion("name", "Name", None),
    FacilityQuestion("operator", "Operator", ""),
    FacilityQuestion("commissioned", "Commissioned on (such as 2019-05-01)", None),
    FacilityQuestion("timezone", "Time zone (such as Europe/Lisbon)", "UTC"),
    FacilityQuestion("lon", "Longitude in degrees, east positive", None),
    FacilityQuestion("lat", "Latitude in degrees, north positive", None),
    FacilityQuestion(
        "consequence_class", f"Consequence class ({', '.join(CONSEQUENCE_CLASSES)}; empty: not known)", ""
    ),
    FacilityQuestion("instruments", f"Instruments ({', '.join(INSTRUMENTS)}; empty: an entry of a register)", ""),
    FacilityQuestion("crest_m", "Crest, m above the vertical datum", None, needs="pond"),
    FacilityQuestion("minimum_freeboard_m", "Minimum freeboard of permit or design, m (empty: none)", "", needs="pond"),
    FacilityQuestion(GAUGE_RANGE, "Levels of the pond gauge at 4 and 20 mA, m (such as 335 343)", None, needs="pond"),
)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_KEYS: Final = {"lon": "facility.location.lon", "lat": "facility.location.lat"}


def is_asked(question: FacilityQuestion, answers: Answers) -> bool:
    """Whether a question matters after the answers before it."""
    return not question.needs or question.needs in instruments_of(answers)


def instruments_of(answers: Answers) -> list[str]:
    """The instruments that were answered, each once."""
    return list(dict.fromkeys(answers.get("instruments", "").replace(",", " ").split()))


def fault(question: FacilityQuestion, answer: str, answers: Answers) -> str:
    """What is wrong with an answer, as the check of a facility file says it; "" where nothing is."""
    if not answer:
        return "" if question.default == "" else "an answer is needed"
    if question.name == "instruments":
        unknown = [one for one in instruments_of({"instruments": answer}) if one not in INSTRUMENTS]
        return f"there is no {unknown[0]!r} here{choices(unknown[0], INSTRUMENTS)}" if unknown else ""
    if question.name == GAUGE_RANGE:
        return _range_fault(answer)
    if question.name == "commissioned" and not _DAY.fullmatch(answer):
        return f"{answer!r} is no day; write it as 2019-05-01"
    if question.name in {"lon", "lat", "crest_m", "minimum_freeboard_m"} and _number(answer) is None:
        return f"{answer!r} is no number; write it as 342.5"
    trial = {"id": "x", "name": "x", "commissioned": "2000-01-01", "timezone": "UTC", "lon": "0", "lat": "0"}
    key = _KEYS.get(question.name, f"facility.{question.name}")
    try:
        parse("\n".join(_head(trial | {question.name: answer})))
    except BadFacility as error:
        about = [one.message for one in error.problems if one.key.startswith(key) or not one.key]
        return about[0] if about else ""
    return ""


def _range_fault(answer: str) -> str:
    ends = [_number(one) for one in answer.split()]
    if len(ends) != 2 or None in ends:
        return "write two numbers, such as 335 343"
    low_m, high_m = (end or 0.0 for end in ends)
    return "" if low_m < high_m else "the level at 4 mA is the lower one; write it first"


def _number(answer: str) -> float | None:
    try:
        number = float(answer)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def text(answers: Answers) -> str:
    """The file."""
    parts = [_BLOCKS["head"].substitute(head="\n".join(_head(answers)))]
    asked = instruments_of(answers)
    if "pond" in asked:
        parts.append(_BLOCKS["crest"].substitute(crest=_float(answers["crest_m"]), day=answers["commissioned"]))
    nodes = [(node, [one for one in asked if one in kinds]) for node, kinds in _NODES.items()]
    used = [(node, found) for node, found in nodes if found] or ([("n01", [])] if asked else [])
    if used:
        parts.append(_BLOCKS["gateway"].substitute(nodes=reference.toml([node for node, _ in used])))
    for node, found in used:
        parts.append(_BLOCKS["node"].substitute(node=node, name=_PLACES[node]))
        parts += [_instrument(one, node, answers) for one in (*(["battery"] if "battery" in asked else []), *found)]
    parts.append(_BLOCKS["later" if used else "register"].substitute())
    return "\n".join(parts)


def _instrument(name: str, node: str, answers: Answers) -> str:
    low_m, high_m = (answers.get(GAUGE_RANGE) or "0 0").split()
    return _BLOCKS[name].substitute(node=node, day=answers["commissioned"], low=_float(low_m), high=_float(high_m))


def _head(answers: Answers) -> list[str]:
    lines = [
        "[facility]",
        f"id = {reference.toml(answers['id'])}",
        f"name = {reference.toml(answers['name'])}",
        "version = 1",
        f"timezone = {reference.toml(answers['timezone'])}",
        f"location = {{ lon = {_float(answers['lon'])}, lat = {_float(answers['lat'])} }}",
        f"commissioned = {answers['commissioned']}",
    ]
    lines += [
        f"{key} = {reference.toml(answers[key])}" for key in ("operator", "consequence_class") if answers.get(key)
    ]
    if answers.get("minimum_freeboard_m"):
        lines.append(f"minimum_freeboard_m = {_float(answers['minimum_freeboard_m'])}")
    return lines


def _float(answer: str) -> str:
    return repr(float(answer))
