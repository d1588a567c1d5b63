"""`tailwatch facility new`: twelve questions, or an example, to a file that is checked before it is written."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from tailings.facility import parse
from tailwatch import examples, new_facility
from tailwatch.exit_codes import ExitCode
from tailwatch.new_facility import QUESTIONS, FacilityQuestion
from toml_file.nearest import choices

Answer = str | None
_BY_NAME = {question.name: question for question in QUESTIONS}


def _option(name: str) -> typer.models.OptionInfo:
    found: typer.models.OptionInfo = typer.Option(_BY_NAME[name].option, help=_BY_NAME[name].words + ".")
    return found


def new(
    file: Annotated[Path | None, typer.Argument(dir_okay=False, help="File to write; else its id and .toml.")] = None,
    example: Annotated[Answer, typer.Option(help=f"Write an example: {', '.join(examples.names())}.")] = None,
    is_sure: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
    id_: Annotated[Answer, _option("id")] = None,
    name: Annotated[Answer, _option("name")] = None,
    operator: Annotated[Answer, _option("operator")] = None,
    commissioned: Annotated[Answer, _option("commissioned")] = None,
    timezone: Annotated[Answer, _option("timezone")] = None,
    lon: Annotated[Answer, _option("lon")] = None,
    lat: Annotated[Answer, _option("lat")] = None,
    consequence_class: Annotated[Answer, _option("consequence_class")] = None,
    instruments: Annotated[Answer, _option("instruments")] = None,
    crest_m: Annotated[Answer, _option("crest_m")] = None,
    minimum_freeboard_m: Annotated[Answer, _option("minimum_freeboard_m")] = None,
    gauge_range: Annotated[Answer, _option("gauge_range")] = None,
) -> None:
    """Write a facility file, from twelve answers or as an example.

    Each answer is checked at once. Whatever is given as an option is not asked;
    with --yes nothing is: what is not given is its default. The file has a
    comment on everything in it, and passes `tailwatch facility check`. No
    database is needed.
    """
    if example is not None:
        if example not in examples.names():
            _refuse(f"there is no example {example!r}{choices(example, examples.names())}")
        _write(file or Path(f"{example}.toml"), examples.text(example))
        return
    given = {
        "id": id_,
        "name": name,
        "operator": operator,
        "commissioned": commissioned,
        "timezone": timezone,
        "lon": lon,
        "lat": lat,
        "consequence_class": consequence_class,
        "instruments": instruments,
        "crest_m": crest_m,
        "minimum_freeboard_m": minimum_freeboard_m,
        "gauge_range": gauge_range,
    }
    answers = _answers(given, is_sure=is_sure)
    _write(file or Path(f"{answers['id']}.toml"), new_facility.text(answers))


def _answers(given: Mapping[str, Answer], *, is_sure: bool) -> dict[str, str]:
    answers: dict[str, str] = {}
    for question in QUESTIONS:
        if new_facility.is_asked(question, answers):
            answers[question.name] = _answer(question, given[question.name], answers, is_sure=is_sure)
    return answers


def _answer(question: FacilityQuestion, given: Answer, answers: Mapping[str, str], *, is_sure: bool) -> str:
    """The answer to one question: as given, its default, or what the person says until it is right."""
    if given is None and not is_sure:
        return _asked(question, answers)
    answer = (given if given is not None else question.default or "").strip()
    if wrong := new_facility.fault(question, answer, answers):
        _refuse(f"{question.option}: {wrong}")
    return answer


def _asked(question: FacilityQuestion, answers: Mapping[str, str]) -> str:
    while True:
        answer = str(
            typer.prompt(question.words, default=question.default, show_default=bool(question.default))
        ).strip()
        wrong = new_facility.fault(question, answer, answers)
        if not wrong:
            return answer
        typer.echo(f"  {wrong}")


def _write(file: Path, text: str) -> None:
    if file.exists():
        _refuse(f"{file} is there already; name another file")
    parse(text, str(file))
    file.write_text(text, "utf-8")
    typer.echo(f"{file} is written. Look at it, then: tailwatch facility check {file}")


def _refuse(sentence: str) -> None:
    typer.echo(f"tailwatch: {sentence}", err=True)
    raise typer.Exit(ExitCode.REFUSED)
