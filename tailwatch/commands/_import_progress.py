"""The progress of history on its way to the centre, as a bar in a terminal, as lines, or as JSON for a program."""

import sys
from collections.abc import Iterator
from typing import Final

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

import edge_agent
from tailwatch.survey import counted

TELL_EVERY_SHARE: Final = 0.1
"""Without a terminal a line is printed each tenth."""


def told_as_json(steps: Iterator[edge_agent.Progress]) -> edge_agent.Progress:
    """Print each other step as one JSON object a line; return the last."""
    last = edge_agent.Progress(0, 0, 0, 0)
    for step in steps:
        if step != last:
            sys.stdout.write(msgspec.json.encode(step).decode() + "\n")
            sys.stdout.flush()
        last = step
    return last


def drawn(steps: Iterator[edge_agent.Progress], name: str) -> edge_agent.Progress:
    """Draw a bar in a terminal; elsewhere print a line each tenth. Return the last step."""
    console, last, told = Console(), edge_agent.Progress(0, 0, 0, 0), 0.0
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[rows]}"))
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(name, total=None, rows="")
        for last in steps:
            waiting = f", {counted(last.unacked, 'batch', 'batches')} on the way" if last.unacked else ""
            bar.update(
                task, completed=last.bytes_done, total=last.bytes_total, rows=f"{counted(last.rows, 'row')}{waiting}"
            )
            share = last.bytes_done / last.bytes_total if last.bytes_total else 1.0
            if not console.is_terminal and share >= told + TELL_EVERY_SHARE:
                told = share
                typer.echo(f"{name}: {share:.0%}, {counted(last.rows, 'row')}")
    return last


def log(level: edge_agent.Level, event: str, **facts: object) -> None:
    """Pass on what needs a person; the rest is seen in the progress."""
    if level != "INFO":
        edge_agent.log(level, event, **facts)
