"""`tailwatch facility new`: twelve questions, or an example, to a file that passes the check."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tailings.facility import lint, parse
from tailwatch import examples, new_facility
from tailwatch.__main__ import app

OPTIONS = {
    "--id": "my-dam",
    "--name": 'Dam "North"',
    "--commissioned": "2019-05-01",
    "--time-zone": "Europe/Lisbon",
    "--lon": "-7.73",
    "--lat": "40.16",
}
POND = {"--crest-m": "342", "--minimum-freeboard-m": "1.5", "--gauge-range": "335 343"}


def new(*words: str, typed: str = "") -> Result:
    """What a person types, in the folder that is current."""
    return CliRunner().invoke(app, ["facility", "new", *words], input=typed)


def given(**more: str) -> list[str]:
    """The options as words; more: by their names with underscores."""
    named = OPTIONS | {f"--{name.replace('_', '-')}": value for name, value in more.items()}
    return [word for pair in named.items() for word in pair]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_there_are_twelve_questions_each_with_an_option() -> None:
    """As the issue asks; the options are those of the command."""
    said = new("--help").stdout

    assert len(new_facility.QUESTIONS) == 12
    assert [one.option for one in new_facility.QUESTIONS if one.option not in said] == []


def test_answers_are_checked_at_once_and_asked_again(folder: Path) -> None:
    """Each wrong answer has its reason under it; what is right goes on to a file with what was said."""
    typed = [
        *("Bad Id", "ok", "My dam", "", "1.5.2019", "2019-05-01", "Lisbon", "Europe/Lisbon", "-200", "-7.7", "40.1"),
        *("B", "high", "ponds", "pond", "342", "", "343 335", "335 343"),
    ]
    said = new(typed="\n".join(typed) + "\n")
    facility = parse((folder / "ok.toml").read_text())

    assert said.exit_code == 0, said.output
    for reason in (
        "is not an id",
        "is no day",
        "did you mean 'Europe/Lisbon'?",
        ">= -180",
        "choose one of low",
        "'pond'?",
    ):
        assert reason in said.output
    assert (facility.name, facility.consequence_class, facility.location.lat) == ("My dam", "high", 40.1)


@pytest.mark.parametrize("instruments", ["", *new_facility.INSTRUMENTS, ",".join(new_facility.INSTRUMENTS)])
def test_what_is_written_passes_the_check(folder: Path, instruments: str) -> None:
    """By options alone, for a script: no error and no warning, whatever instruments there are."""
    pond = POND if "pond" in instruments else {}
    words = [word for pair in pond.items() for word in pair]
    said = new("--yes", *given(instruments=instruments), *words)
    text = (folder / "my-dam.toml").read_text()

    assert said.exit_code == 0, said.output
    assert [one for one in lint.find(parse(text), text) if one.severity != "note"] == []
    assert parse(text).name == 'Dam "North"'


def test_a_battery_stands_on_each_node(folder: Path) -> None:
    """Every node has one."""
    new("--yes", *given(instruments="battery rain water"))

    assert {"n01:battery.voltage", "n03:battery.voltage"} < {*parse((folder / "my-dam.toml").read_text()).datastreams}


def test_a_pond_without_a_limit_has_none(folder: Path) -> None:
    """What was not answered stands nowhere."""
    new("--yes", *given(instruments="pond", crest_m="342", gauge_range="335 343"))

    assert parse((folder / "my-dam.toml").read_text()).minimum_freeboard_m is None


def test_the_remarks_of_a_piezometer_become_its_pressure(folder: Path) -> None:
    """With the figures of a sheet in place of the letters, and the first character taken away, the file is taken."""
    new("--yes", *given(instruments="piezometer"))
    text = (folder / "my-dam.toml").read_text()
    text = re.sub(r"^#(?! |\n)", "", text, flags=re.MULTILINE)
    for letter, figure in (("= T\n", "= 312.1\n"), ("= G\n", "= -0.1795\n"), ("= R\n", "= 9082.0\n")):
        text = text.replace(letter, figure)
    text = text.replace('driver = "vw_piezometer"\n', 'driver = "vw_piezometer"\npressure = "vented"\n', 1)

    assert {"n02:vw1.pressure", "n02:vw1.level"} < set(parse(text).datastreams)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--yes", *given(lat="ninety")], "--lat: 'ninety' is no number"),
        (["--yes", *given(instruments="pond", crest_m="nan")], "--crest-m: 'nan' is no number"),
        (["--yes", *given(commissioned="2019-02-30")], "--commissioned: not TOML: there is no such day"),
        (["--yes", *given(consequence_class="B")], "--consequence-class: 'B' is not a consequence class"),
        (["--yes", "--id", "x"], "--name: an answer is needed"),
        (["--yes", *given(instruments="pond")], "--crest-m: an answer is needed"),
        (["--example", "ponds"], "did you mean 'pond'?"),
    ],
)
def test_a_script_is_refused_with_the_option_and_the_reason(folder: Path, words: list[str], reason: str) -> None:
    """Exit code 2 and no file."""
    said = new(*words)

    assert (said.exit_code, list(folder.iterdir())) == (2, [])
    assert reason in said.output


@pytest.mark.parametrize("name", examples.names())
def test_an_example_is_written_and_passes(folder: Path, name: str) -> None:
    """The command of the docs, then the check, without a database."""
    said = new("--example", name, "mine.toml")
    checked = CliRunner().invoke(app, ["facility", "check", "mine.toml"])

    assert said.exit_code == checked.exit_code == 0
    assert (folder / "mine.toml").read_text() == examples.text(name)
    assert "0 errors, 0 warnings" in checked.stdout


def test_a_file_that_is_there_stays(folder: Path) -> None:
    """Nothing is written over."""
    (folder / "pond.toml").write_text("mine")

    assert new("--example", "pond").exit_code == 2
    assert (folder / "pond.toml").read_text() == "mine"
