"""`python -m tests.fuzz --seconds N`: every parser for its share of the time, or one of them (`--parser NAME`).

A finding is kept in `build/fuzz` as two files: the input, and a text with what happened, the seed and the command that
repeats it. Ctrl-C ends the run and prints the report. Exit status: 0 no finding, 1 findings, 2 a wrong call.
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
from tests.fuzz.run import Finding, input_of, place_of, stretch

FOLDER: Final = Path("build/fuzz")
STRETCH_S: Final = 20.0
"""Of one parser before the next has its turn."""


@dataclass
class Account:
    """What was done with one parser so far."""

    seconds: float = 0.0
    inputs: int = 0
    findings: dict[str, Finding] = field(default_factory=dict)


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
        done = stretch(parser, seed, account.inputs, left)
        account.inputs += done.inputs
        account.seconds += done.seconds
        left -= max(done.seconds, 0.01)
        for finding in done.findings:
            if finding.place not in account.findings:
                account.findings[finding.place] = finding
                _keep(parser, finding, folder)
    print(
        f"{parser.name:20} {account.seconds:8.1f} s {account.inputs:10} inputs {len(account.findings):4} findings",
        file=sys.stderr,
        flush=True,
    )


def _keep(parser: Parser, finding: Finding, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{finding.parser}-{finding.seed}-{finding.number}"
    file.with_suffix(".input").write_bytes(input_of(parser, finding.seed, finding.number))
    command = f"python -m tests.fuzz --parser {finding.parser} --input {file.with_suffix('.input')}"
    said = f"{finding.place}\nseed {finding.seed}, input {finding.number}\nrepeat: {command}\n\n{finding.trace}"
    file.with_suffix(".txt").write_text(said)
    print(f"FOUND {finding.parser}: {finding.place}; {command}", file=sys.stderr, flush=True)


def report(accounts: dict[str, Account]) -> str:
    """A table: parser, seconds, inputs, findings."""
    rows = [f"| {name} | {one.seconds:.0f} | {one.inputs} | {len(one.findings)} |" for name, one in accounts.items()]
    return "\n".join(["| parser | seconds | inputs | findings |", "|-|-|-|-|", *rows])


def main(arguments: Sequence[str]) -> int:
    """Run the command; return its exit status."""
    known = {one.name: one for one in (*PARSERS, *BROKEN)}
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="for all parsers together")
    parser.add_argument("--parser", choices=sorted(known), metavar="NAME", help=f"one of {', '.join(known)}")
    parser.add_argument("--seed", type=int, help="the same inputs as in another run")
    parser.add_argument("--input", type=Path, help="read this one file with --parser, and show what happens")
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
    print(report(accounts))
    return 1 if any(one.findings for one in accounts.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
