"""The fuzzer: every example is valid, what is broken on purpose is found, and a short run finds nothing."""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.fuzz.broken import BROKEN
from tests.fuzz.parser import Parser
from tests.fuzz.parsers import PARSERS
from tests.fuzz.run import input_of

SHORT_S = 4
"""Of the run within the suite, for all parsers; `make fuzz` takes an hour."""
EXPECTED = {
    "broken-raises": "error in broken.py:raises",
    "broken-grows": "MemoryError in broken.py:grows",
    "broken-turns": "took too long",
    "broken-hides": "KeyError in broken.py:hides",
    "broken-differs": "DifferentVerdict in parser.py:read",
}


def fuzz(*words: object) -> subprocess.CompletedProcess[str]:
    """The command as a person gives it."""
    command = [sys.executable, "-m", "tests.fuzz", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("parser", PARSERS, ids=[one.name for one in PARSERS])
def test_examples_are_valid(parser: Parser) -> None:
    """Each example is taken, not refused: mutation begins beside what is right."""
    for example in parser.examples:
        parser.read(parser.wrap(example))


def test_inputs_follow_from_the_seed() -> None:
    """Parser, seed and number give the same bytes again, and another seed gives others."""
    parser = PARSERS[0]

    once, again, other = ([input_of(parser, seed, number) for number in range(50)] for seed in (7, 7, 8))
    assert once == again != other


@pytest.mark.parametrize("parser", BROKEN, ids=[one.name for one in BROKEN])
def test_a_parser_that_is_broken_on_purpose_is_found(parser: Parser, tmp_path: Path) -> None:
    """An exception that is none of its own, memory, time, and two readers that differ: kept, and found again."""
    done = fuzz("--seconds=3", "--parser", parser.name, "--seed=1", f"--folder={tmp_path}")
    kept = next(file for file in tmp_path.glob("*.txt") if EXPECTED[parser.name] in file.read_text())
    again = fuzz("--parser", parser.name, "--input", kept.with_suffix(".input"))

    assert done.returncode == 1 and f"--parser {parser.name} --input" in kept.read_text()
    assert again.returncode == (-signal.SIGPROF if parser.name == "broken-turns" else 1), again.stderr


def test_a_short_run_finds_nothing(tmp_path: Path) -> None:
    """Every parser that a stranger reaches has its share, and none fails."""
    done = fuzz("--seconds", SHORT_S, "--folder", tmp_path)
    inputs = {name: int(count) for name, count in re.findall(r"^\| ([\w-]+) \| \d+ \| (\d+) \|", done.stdout, re.M)}

    assert done.returncode == 0, done.stderr
    assert inputs.keys() == {one.name for one in PARSERS} and min(inputs.values()) > 0


def test_ctrl_c_ends_it_with_a_report(tmp_path: Path) -> None:
    """The table of what was done until then is printed, and the exit status is that of its findings."""
    command = [sys.executable, "-m", "tests.fuzz", "--seconds", "600", "--parser", "ack", "--folder", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        assert running.stderr.readline().startswith("seed ")
        time.sleep(1.0)
        running.send_signal(signal.SIGINT)
        told, _ = running.communicate(timeout=120)

    assert running.returncode == 0 and "| ack | " in told
