"""Habits that a machine keeps: the hooks run what `make check` runs, and editors are told how the files are written."""

import configparser
import fnmatch
import re
import shlex
import subprocess
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]


def checks() -> list[list[str]]:
    """The words of each command of `make check`, as the shell gets them."""
    recipe = re.search(r"^check:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert recipe
    lines = recipe[1].replace("$(PY)", ".venv/bin/python").splitlines()
    return [shlex.split(line.strip().removeprefix("@")) for line in lines]


def test_the_hooks_run_what_make_check_runs() -> None:
    """The same commands in the same order, over all files, by programs that are installed already."""
    (repo,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    hooks = repo["hooks"]

    assert repo["repo"] == "local"
    assert [shlex.split(hook["entry"]) for hook in hooks] == checks()
    assert all(
        (hook["language"], hook["pass_filenames"], hook["always_run"]) == ("system", False, True) for hook in hooks
    )


def test_check_looks_at_python_scripts_and_stylesheets() -> None:
    """Format and lint, each by the program whose version is locked."""
    said = [" ".join(words) for words in checks()]

    assert any("ruff format --check" in line for line in said)
    assert [line.split()[0] for line in said if "lint " in line] == [
        "node_modules/.bin/eslint",
        "node_modules/.bin/stylelint",
    ]


def test_editors_are_told_how_the_files_are_written() -> None:
    """Every text file that is tracked ends, is encoded and is indented as .editorconfig says of it."""
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    bodies = {name: (ROOT / name).read_bytes() for name in names if (ROOT / name).is_file()}

    assert len(bodies) > 1000
    assert [fault for name, body in bodies.items() if b"\0" not in body for fault in faults(name, body)] == []
    assert faults("a.js", b"if (a)\r\n\tb(); ") == [
        "a.js: end of line",
        "a.js: last line",
        "a.js: space at an end",
        "a.js: indent",
    ]


def faults(name: str, body: bytes) -> list[str]:
    """What of a file is otherwise than .editorconfig says. Python has a formatter, and Makefiles in its texts."""
    told = rules(name)
    text = body.decode(told["charset"])
    found = {
        "end of line": told["end_of_line"] == "lf" and "\r" in text,
        "last line": told["insert_final_newline"] == "true" and bool(text) and not text.endswith("\n"),
        "space at an end": told["trim_trailing_whitespace"] == "true" and re.search(r"[ \t]$", text, re.MULTILINE),
        "indent": told["indent_style"] == "space"
        and not name.endswith(".py")
        and re.search(r"^\t", text, re.MULTILINE),
    }
    return [f"{name}: {what}" for what, is_so in found.items() if is_so]


@cache
def written() -> configparser.ConfigParser:
    """The file's sections; what stands before the first is of the file itself."""
    config = configparser.ConfigParser()
    config.read_string("[DEFAULT]\n" + (ROOT / ".editorconfig").read_text())
    return config


def rules(name: str) -> dict[str, str]:
    """What .editorconfig says of a file; a later section goes before an earlier one."""
    config = written()
    found: dict[str, str] = {}
    for pattern in config.sections():
        if any(_fits(name, one) for one in _patterns(pattern)):
            found |= config[pattern]
    return found


def _patterns(section: str) -> list[str]:
    """Each alternative in braces for itself."""
    braces = re.search(r"\{(.*)\}", section)
    return [section.replace(braces[0], one) for one in braces[1].split(",")] if braces else [section]


def _fits(name: str, pattern: str) -> bool:
    """A pattern without a slash is one of the file's own name."""
    return fnmatch.fnmatch(name if "/" in pattern else name.rpartition("/")[2], pattern)
