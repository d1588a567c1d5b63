"""`python -m tests.fuzz --seconds N`: every parser for its share of the time, or one of them (`--parser NAME`).

A finding is kept in `build/fuzz` as two files: the input, and a text with what happened, the seed and the command that
repeats it. Ctrl-C ends the run and prints the report. `--write` puts the report into docs/security.md too.
Exit status: 0 no finding, 1 findings, 2 a wrong call.
"""

import argparse
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.fuzz.broken import BROKEN
from tests.fuzz.parser import Parser
from tests.fuzz.parsers import PARSERS
from tests.fuzz.run import Finding, Input, place_of, stretch

FOLDER: Final = Path("build/fuzz")
DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "security.md"
BEGIN, END = "<!-- begin: python -m tests.fuzz -->\n", "<!-- end: python -m tests.fuzz -->\n"
MIB: Final = 1 << 20
STRETCH_S: Final = 20.0
"""Of one parser before the next has its turn."""


@dataclass
class Account:
    """What was done with one parser so far. most_bytes: of memory that one input took."""

    seconds: float = 0.0
    inputs: int = 0
    findings: dict[str, Finding] = field(default_factory=dict)
    corpus: list[Input] = field(default_factory=list)
    most_bytes: int = 0


def fuzz(parsers: Sequence[Parser], seconds: float, seed: int, folder: Path) -> dict[str, Account]:
    """Give each parser its share of the time, in turns; Ctrl-C ends it with what there is."""
    accounts = {one.name: Account() for one in parsers}
    share = seconds / len(parsers)
    try:
        while True:
            due = [one for one in parsers if accounts[one.name].seconds < share * 0.99]
            if not due:
                return accounts
            for parser in due:
                _turn(parser, accounts[parser.name], min(STRETCH_S, share), seed, folder)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return accounts


def _turn(parser: Parser, account: Account, seconds: float, seed: int, folder: Path) -> None:
    left = seconds
    while left > 0:
        done = stretch(parser, seed, account.inputs, left, account.corpus)
        account.inputs += done.inputs
        account.corpus += done.kept
        account.most_bytes = max(account.most_bytes, done.most_bytes)
        account.seconds += done.seconds
        left -= max(done.seconds, 0.01)
        for finding in done.findings:
            if finding.place not in account.findings:
                account.findings[finding.place] = finding
                _keep(finding, folder)
    print(
        f"{parser.name:20} {account.seconds:8.1f} s {account.inputs:10} inputs {len(account.corpus):4} kept "
        f"{len(account.findings):4} findings",
        file=sys.stderr,
        flush=True,
    )


def _keep(finding: Finding, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{finding.parser}-{finding.seed}-{finding.number}"
    file.with_suffix(".input").write_bytes(finding.data)
    command = f"python -m tests.fuzz --parser {finding.parser} --input {file.with_suffix('.input')}"
    said = f"{finding.place}\nseed {finding.seed}, input {finding.number}\nrepeat: {command}\n\n{finding.trace}"
    file.with_suffix(".txt").write_text(said)
    print(f"FOUND {finding.parser}: {finding.place}; {command}", file=sys.stderr, flush=True)


def report(accounts: dict[str, Account], limits: dict[str, int]) -> str:
    """A table by parser; limits: bytes of memory that one input may take."""
    rows = [
        f"| {name} | {one.seconds:.0f} | {one.inputs} | {len(one.corpus)} | {len(one.findings)} "
        f"| {one.most_bytes / MIB:.1f} | {limits[name] // MIB} |"
        for name, one in accounts.items()
    ]
    head = "| parser | seconds | inputs | of them to new branches | findings | most memory [MiB] | its limit [MiB] |"
    return "\n".join([head, "|-|-|-|-|-|-|-|", *rows])


def write(table: str, accounts: dict[str, Account]) -> None:
    """Put a report into the document on security, with its sums."""
    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    inputs, seconds = (sum(getattr(one, name) for one in accounts.values()) for name in ("inputs", "seconds"))
    findings = sum(len(one.findings) for one in accounts.values())
    sums = f"{len(accounts)} parsers, {seconds / 60:.0f} minutes, {inputs:,} inputs, {findings} findings.\n\n"
    DOCUMENT.write_text(before + BEGIN + sums + table + "\n" + END + rest.partition(END)[2])


def main(arguments: Sequence[str]) -> int:
    """Run the command; return its exit status."""
    known = {one.name: one for one in (*PARSERS, *BROKEN)}
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="for all parsers together")
    parser.add_argument("--parser", choices=sorted(known), metavar="NAME", help=f"one of {', '.join(known)}")
    parser.add_argument("--seed", type=int, help="the same inputs as in another run")
    parser.add_argument("--input", type=Path, help="read this one file with --parser, and show what happens")
    parser.add_argument("--write", action="store_true", help=f"put the report into {DOCUMENT.name} too")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where findings are kept")
    asked = parser.parse_args(arguments)
    if asked.input is not None:
        if asked.parser is None:
            parser.error("--input needs --parser")
        failed = place_of(known[asked.parser], asked.input.read_bytes())
        print("read, or refused as documented" if failed is None else failed[1])
        return 0 if failed is None else 1
    seed = random.SystemRandom().randrange(2**32) if asked.seed is None else asked.seed
    print(f"seed {seed}", file=sys.stderr, flush=True)
    chosen = PARSERS if asked.parser is None else (known[asked.parser],)
    accounts = fuzz(chosen, asked.seconds, seed, asked.folder)
    table = report(accounts, {one.name: one.memory_bytes for one in chosen})
    print(table)
    if asked.write:
        write(table, accounts)
    return 1 if any(one.findings for one in accounts.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
