"""The manual page that the package installs: whole, and read by groff without a word."""

import re
import shutil
import subprocess
from pathlib import Path

from tests.tailwatch.commands.tree import commands, options

PAGE = Path(__file__).parents[3] / "tailwatch/man/tailwatch.1"


def test_it_has_each_command_with_its_options() -> None:
    """Between one heading and the next stand the options of that command, and no other's."""
    parts = re.split(r"^\.S[SH] ", PAGE.read_text().replace(r"\-", "-"), flags=re.MULTILINE)
    found = {
        part.splitlines()[0]: set(re.findall(r"^\.B (--[a-z-]+)", part, re.MULTILINE))
        for part in parts
        if part.startswith("tailwatch ")
    }

    assert len(found) == len(commands())
    for words, command in commands().items():
        (heading,) = [one for one in found if f"{one} ".startswith(f"tailwatch {words} ")]
        assert found[heading] == set(options(command)), words


def test_groff_reads_it() -> None:
    """Every warning is asked for and none comes; where no groff is, macros and escapes are those of man(7)."""
    if groff := shutil.which("groff"):
        done = subprocess.run([groff, "-man", "-k", "-ww", "-z", PAGE], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
    macros = {line.split()[0] for line in PAGE.read_text().splitlines() if line.startswith((".", "'"))}
    escapes = set(re.findall(r"\\f?.", PAGE.read_text()))

    assert macros <= {r".\"", ".TH", ".SH", ".SS", ".PP", ".TP", ".B"}
    assert escapes <= {r"\"", r"\-", r"\e", r"\&", r"\fB", r"\fP"}
