"""A child that reads what strangers send: it ends alone when it grows or turns without end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from runtime import limited_child
from tailings.mapped_tables import tables

ROOT = Path(__file__).parents[2]
MEMORY_BYTES = 200 << 20


def child(function: str, content: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The program of the child, which finds the tests too."""
    limits = [str(MEMORY_BYTES), "1"]
    command = [sys.executable, "-m", "runtime.limited_child", f"tests.runtime.greedy:{function}", *limits]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, input=content, capture_output=True, timeout=60, env=env, check=False)


def test_bytes_go_in_and_come_out() -> None:
    """As they are, a megabyte of them too."""
    assert child("echo", bytes(range(256)) * 4096).stdout == bytes(range(256)) * 4096


def test_one_that_grows_says_that_its_memory_is_out() -> None:
    """With a code of its own, at its limit."""
    assert child("grow").returncode == limited_child.NO_MEMORY


def test_one_that_turns_is_ended() -> None:
    """By a signal, after the second of processor time that it has."""
    assert child("turn").returncode < 0


def test_it_leaves_no_file(tmp_path: Path) -> None:
    """What it may write is its answer."""
    done = child("write", str(tmp_path / "left").encode())

    assert done.returncode != 0
    assert not (tmp_path / "left").exists() or (tmp_path / "left").stat().st_size == 0


def test_a_file_that_costs_too_much_is_refused_with_what_to_do() -> None:
    """A table of half a million numbers in a child that has hardly more than its libraries."""
    table = "".join(f"{row},{row + 1},{row + 2},{row + 3}\n" for row in range(125_000)).encode()

    with pytest.raises(limited_child.TooCostly, match=r"more than \d+ MB; send it in parts"):
        limited_child.run("tailings.mapped_tables.tables:encoded", tables.asked(table), memory_bytes=64 << 20)


def test_a_bug_of_the_function_is_no_fault_of_the_file() -> None:
    """It is raised with its trace, for whoever reads the log."""
    with pytest.raises(RuntimeError, match="no_such_function"):
        limited_child.run("tailings.mapped_tables.tables:no_such_function", b"")
