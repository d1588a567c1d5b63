"""The report of a comparison: against.json, and from it alone the table, which also stands on the terminal."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from bench.against.ratios import Comparison, coverage
from bench.against.trees import Tree

RESULTS: Final = "against.json"
TABLE: Final = "against.md"
TABLE_HEAD: Final = ("what", "unit", "old", "new", "ratio", "interval", "shows")
NOTES: Final = """\
How it is measured: in a pair both sides run at once, each with a broker and a database of its own, and take turns
{turns}; which is first alternates. They are private copies, in environments that hold no other copy of our packages;
each has the measuring code of its own commit and the amounts of the new one. A value is what a run reached, the ratio
the median of the ratios within the pairs, above 1 where the new side is better, whatever the unit. Processor time
depends less than a rate on what else the machine does; that of the database has the limit and the peers in it.
"""
BUSY: Final = 2
"""Load a core, above which others take most of the machine: our own runs are about one."""
BUSY_NOTE: Final = """\
The machine was busy with other work, so rates and delays scatter; processor times scatter less, memory hardly. A ratio
with an interval on both sides of 1 may be chance: measure again on a quiet machine, or with more pairs.

"""
INTERVAL_NOTE: Final = """\
The interval holds the true median in {percent:.1f} % of such comparisons, whatever the distribution, as long as the
pairs are independent: its ends are order statistics of the ratios. "worse" and "better" mean that 1 lies outside, so of
the {lines} lines about {chance:.1f} read so by chance.
"""


class Side(msgspec.Struct, frozen=True):
    """One side: its commit, what was changed and not committed, and the packages that were imported from its tree."""

    commit: str
    subject: str
    changed: list[str]
    rooms: list[str]
    has_own_environment: bool

    @classmethod
    def of(cls, tree: Tree, rooms: list[str]) -> "Side":
        """The tree without its folder, which is gone."""
        return cls(tree.commit, tree.subject, tree.changed, rooms, tree.has_own_environment)


class Against(msgspec.Struct, frozen=True):
    """All of a comparison. `loads` is the load of the machine before each pair.

    `measuring_code` and `amounts` are files and fields that differ between the sides, `without_ratio` the lines that
    were too small in a run.
    """

    old: Side
    new: Side
    machine: dict[str, str | int | float]
    size: str
    cases: list[str]
    seconds: int
    loads: list[float]
    at_least: float
    lines: list[Comparison]
    only_old: list[str]
    only_new: list[str]
    without_ratio: list[str]
    measuring_code: list[str]
    amounts: list[str]
    turns: str = "case by case"
    """What the sides took turns by; kept comparisons are older than turns within a case."""

    @property
    def below(self) -> list[Comparison]:
        """The lines whose ratio is too small."""
        return [line for line in self.lines if line.ratio < self.at_least]


def write(found: Against, folder: Path) -> None:
    """Write against.json and against.md into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RESULTS).write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
    (folder / TABLE).write_text(text(found))


def read(folder: Path) -> Against:
    """Read against.json."""
    return msgspec.json.decode((folder / RESULTS).read_bytes(), type=Against)


def text(found: Against) -> str:
    """The page with the table."""
    return "".join(_parts(found))


def below(found: Against) -> str:
    """One sentence on the lines whose ratio is too small, by name."""
    if not found.below:
        return f"No line is below {found.at_least:g}."
    named = "; ".join(f"{line.name} {line.ratio:.3f} ({line.shows})" for line in found.below)
    return f"Below {found.at_least:g}: {named}."


def _parts(found: Against) -> Iterator[str]:
    yield "# Old against new\n\n"
    yield _side("old", found.old) + _side("new", found.new)
    pairs, machine = len(found.loads), found.machine
    yield (
        f"- {pairs} pairs of {', '.join(found.cases)}; size `{found.size}`, {found.seconds} s; {machine['cpu']},"
        f" {machine['cores']} cores; load before a pair {min(found.loads)} to {max(found.loads)}; {machine['date']}\n\n"
    )
    yield _table([TABLE_HEAD, *map(_row, found.lines)])
    yield f"\n{below(found)}\n\n"
    yield from _differences(found)
    if max(found.loads) > BUSY * float(machine["cores"]):
        yield BUSY_NOTE
    yield NOTES.format(turns=found.turns)
    if (share := coverage(pairs)) is not None:
        chance = (1 - share) * len(found.lines)
        yield INTERVAL_NOTE.format(percent=100 * share, lines=len(found.lines), chance=chance)


def _side(name: str, side: Side) -> str:
    changed = f" with {len(side.changed)} changed or new files, not committed" if side.changed else ""
    own = "; packages of its own lock files" if side.has_own_environment else ""
    rooms = f"; {', '.join(side.rooms)} imported from its tree"
    return f"- {name}: {side.commit[:12]}{changed} ({side.subject}){rooms}{own}\n"


def _differences(found: Against) -> Iterator[str]:
    told = {
        "Only on the old side": found.only_old,
        "Only on the new side": found.only_new,
        "Not compared, for it was too small in a run": found.without_ratio,
        "Measuring code that differs, so that a ratio may be of the measurement": found.measuring_code,
        "Amounts that the old side does not take from the new one": found.amounts,
    }
    yield from (f"{what}: {'; '.join(names)}.\n\n" for what, names in told.items() if names)


def _row(line: Comparison) -> tuple[str, ...]:
    ends = "" if line.low is None or line.high is None else f"{line.low:.3f} to {line.high:.3f}"
    return line.name, line.unit, number(line.old), number(line.new), f"{line.ratio:.3f}", ends, line.shows


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Padded, so that it can be read as it is."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    head, *others = ["| " + " | ".join(map(str.ljust, row, widths)) + " |\n" for row in rows]
    return head + "|-" + "-|-".join("-" * width for width in widths) + "-|\n" + "".join(others)


def number(value: float) -> str:
    """A figure as it stands in the table."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
