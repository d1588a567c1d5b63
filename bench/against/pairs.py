"""The pairs: both sides run at once, each on a ground of its own, and take turns measurement by measurement.

Old is first in one case and new in the next, and the other way round in the next pair: what the rest of the machine
does falls on both. While one side has its turn, the other has nothing to do. Where one measures more, it goes on alone.
"""

import os
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import msgspec

from bench.against.ratios import compare_line, has_ratio
from bench.against.report import Against, Side
from bench.against.side import Answer, Request, processor_time
from bench.against.side_process import NotMeasured, Running
from bench.against.trees import Trees
from bench.meter import Meter
from bench.size import Size

MEASURING: Final = "bench"
COMPARING: Final = "bench/against/"

Line = tuple[str, str]
"""Name and unit: rows/s are not compared with ms."""


class Runs(msgspec.Struct, frozen=True):
    """The answers of both sides in the order of the pairs, and the load of the machine before each pair."""

    old: list[Answer]
    new: list[Answer]
    loads: list[float]


def compare(root: Path, commit: str, *, size: Size, cases: Sequence[str], pairs: int, at_least: float) -> Against:
    """Measure `commit` and the working tree at `root` in so many pairs; raises NoTree or NotMeasured."""
    start_s = time.monotonic()
    with Trees.open(root, commit) as trees:
        old, new = _run(trees, [], msgspec.to_builtins(size))
        both = [name for name in cases if name in old.cases]
        if not both:
            raise NotMeasured(f"{commit} has none of these cases: {', '.join(cases)}")
        runs = _measure(trees, both, new.amounts, pairs)
        trees.check_unchanged()
        differing = trees.differing_files(MEASURING)
        sides = Side.of(trees.old, old.rooms), Side.of(trees.new, new.rooms)
    old_values, new_values = (_values(answers, _other_work(runs, both)) for answers in (runs.old, runs.new))
    shared = [line for line in new_values if line in old_values]
    compared = [line for line in shared if has_ratio(line[1], old_values[line] + new_values[line])]
    if not compared:
        raise NotMeasured("the sides have no line of the same name and unit that is large enough in each run")
    return Against(
        old=sides[0],
        new=sides[1],
        machine=runs.new[0].machine,
        size=size.name,
        cases=both,
        seconds=round(time.monotonic() - start_s),
        loads=runs.loads,
        at_least=at_least,
        lines=[compare_line(*line, old_values[line], new_values[line]) for line in compared],
        only_old=[name for name in old.cases if name not in new.cases] + _names(old_values, shared),
        only_new=[name for name in cases if name not in both] + _names(new_values, shared),
        without_ratio=_names(shared, compared),
        measuring_code=[name for name in differing if not name.startswith(COMPARING)],
        amounts=sorted(name for name in new.amounts if old.amounts.get(name) != new.amounts[name]),
        turns="measurement by measurement",
    )


def _measure(trees: Trees, cases: list[str], amounts: dict[str, Any], pairs: int) -> Runs:
    runs = Runs([], [], [])
    with Meter(pairs) as meter:
        for number in range(pairs):
            start_s = time.monotonic()
            runs.loads.append(round(os.getloadavg()[0], 1))
            meter.begin(f"pair {number + 1} of {pairs}", len(cases))
            old, new = _run(trees, cases, amounts, number, meter)
            runs.old.append(old)
            runs.new.append(new)
            took_s = time.monotonic() - start_s
            left_min = took_s * (pairs - number - 1) / 60
            meter.end_case(f"pair {number + 1}: {took_s:.0f} s; about {left_min:.0f} min left")
    return runs


def _run(
    trees: Trees, cases: list[str], amounts: dict[str, Any], number: int = 0, meter: Meter | None = None
) -> tuple[Answer, Answer]:
    """Run both sides once, in turns; raises NotMeasured."""
    with ExitStack() as ending:
        old, new = (
            ending.enter_context(Running(tree, trees.program, Request(str(trees.folder), tree.name, cases, amounts)))
            for tree in (trees.old, trees.new)
        )
        for turn in range(len(cases)):
            for side in (old, new):
                side.wait()
            _take_turns([old, new] if (number + turn) % 2 == 0 else [new, old])
            if meter is not None:
                meter.tick()
        if cases:
            old.allow()
            new.allow()
        return old.answer(), new.answer()


def _take_turns(sides: Sequence[Running]) -> None:
    """Let both go on in turns until each is at the end of the case."""
    going = list(sides)
    while going:
        for side in list(going):
            side.allow()
            if side.wait():
                going.remove(side)


def _other_work(runs: Runs, cases: Sequence[str]) -> tuple[str, ...]:
    """How the lines begin that are not of the same work: processor time of a case that measures more on one side."""
    old, new = (answers[0].measured for answers in (runs.old, runs.new))
    return tuple(processor_time(case) for case in cases if old[case] != new[case])


def _values(answers: Sequence[Answer], without: tuple[str, ...]) -> dict[Line, list[float]]:
    """What each line reached, in the order of the pairs; only lines that every run has."""
    runs = [
        {(line.name, line.unit): line.value for line in answer.lines if not line.name.startswith(without)}
        for answer in answers
    ]
    return {line: [run[line] for run in runs] for line in runs[0] if all(line in run for run in runs)}


def _names(lines: Sequence[Line] | Mapping[Line, object], but: Sequence[Line]) -> list[str]:
    return [f"{name} [{unit}]" for name, unit in lines if (name, unit) not in but]
