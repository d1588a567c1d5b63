"""One stretch of one parser in a child process: input after input, each within its memory and time.

Input `number` of a parser follows from its name, the seed and the number alone. The child writes the number down
before it reads, so that its parent knows the input that killed it.
"""

import json
import multiprocessing
import os
import random
import resource
import signal
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any, Final

from tests.fuzz.mutation import mutated
from tests.fuzz.parser import Parser, unchanged

PAGE_BYTES: Final = resource.getpagesize()
BARE_SHARE: Final = 0.2
"""Of the inputs of a parser with `wrap`: those that are mutated outside of it, so that the wrapping is tried too."""
WAIT_S: Final = 60.0
"""Of the wall clock without a new number, beyond the limit of the processor: the child hangs without working."""
STATM: Final = Path("/proc/self/statm")


@dataclass(frozen=True)
class Finding:
    """An input that a parser does not bear; `place` is where it failed, the same for the same fault."""

    parser: str
    seed: int
    number: int
    place: str
    trace: str


@dataclass(frozen=True)
class Stretch:
    """What one child did: inputs, seconds of the wall clock, and what it found."""

    inputs: int
    seconds: float
    findings: tuple[Finding, ...]


def input_of(parser: Parser, seed: int, number: int) -> bytes:
    """The input with this number."""
    chance = random.Random(f"{parser.name} {seed} {number}")
    if parser.wrap is not unchanged and chance.random() < BARE_SHARE:
        return mutated(chance, [parser.wrap(one) for one in parser.examples], parser.most_bytes)
    return parser.wrap(mutated(chance, parser.examples, parser.most_bytes))


def place_of(parser: Parser, data: bytes) -> tuple[str, str] | None:
    """Where an input fails and its trace; None where it is read or refused as documented. Runs under the limits."""
    _limit_memory(parser)
    signal.setitimer(signal.ITIMER_PROF, parser.seconds)
    try:
        parser.read(data)
    except parser.refusals:
        return None
    except Exception as error:  # noqa: BLE001 - whatever is not documented is what is looked for
        signal.setitimer(signal.ITIMER_PROF, 0)
        _free_memory()
        frames = traceback.extract_tb(error.__traceback__)
        own = [one for one in frames if "site-packages" not in one.filename and "/lib/python" not in one.filename]
        last = (own or list(frames))[-1]
        place = f"{type(error).__name__} in {Path(last.filename).name}:{last.name}"
        return place, "".join(traceback.format_exception(error, limit=-12))[-6000:]
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        _free_memory()
    return None


def _limit_memory(parser: Parser) -> None:
    used_bytes = int(STATM.read_text().split()[0]) * PAGE_BYTES
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (used_bytes + parser.memory_bytes, hard))


def _free_memory() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def stretch(parser: Parser, seed: int, first: int, seconds: float) -> Stretch:
    """Try inputs from number `first` on for so long. Ends the child where an input kills or stops it."""
    context = multiprocessing.get_context("fork")
    number: Synchronized[int] = context.Value("q", first - 1, lock=True)
    ours, theirs = context.Pipe(duplex=False)
    began = time.monotonic()
    child = context.Process(target=_child, args=(parser, seed, first, seconds, number, theirs), daemon=True)
    child.start()
    theirs.close()
    found = list(_heard(ours, number, parser.seconds + WAIT_S))
    child.join(1.0)
    if child.is_alive():
        child.kill()
        child.join()
    if child.exitcode != 0:
        found.append(Finding(parser.name, seed, number.value, _death(child.exitcode), "the child process ended"))
    return Stretch(number.value + 1 - first, time.monotonic() - began, tuple(found))


def _heard(ours: Connection, number: "Synchronized[int]", quiet_s: float) -> Iterator[Finding]:
    """What the child says, until it has ended or its number stands still for too long."""
    last, since = number.value, time.monotonic()
    while True:
        if ours.poll(0.2):
            try:
                yield Finding(**json.loads(ours.recv_bytes()))
            except EOFError:
                return
        if number.value != last:
            last, since = number.value, time.monotonic()
        elif time.monotonic() - since > quiet_s:
            return


def _death(code: int | None) -> str:
    if code is not None and -code == signal.SIGPROF:
        return "took too long"
    if code is None or code == -signal.SIGKILL:
        return "stood still, or was killed for its memory"
    return f"ended by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"


def _child(
    parser: Parser, seed: int, first: int, seconds: float, number: "Synchronized[int]", theirs: Connection
) -> None:
    """Read inputs; say each place that fails once. SIGPROF ends a process that does not catch it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent's to answer
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.chdir(Path(__file__).parents[2])
    end, said = time.monotonic() + seconds, set[str]()
    while time.monotonic() < end:
        number.value += 1
        failed = place_of(parser, input_of(parser, seed, number.value))
        if failed is not None and failed[0] not in said:
            said.add(failed[0])
            finding: dict[str, Any] = vars(Finding(parser.name, seed, number.value, *failed))
            theirs.send_bytes(json.dumps(finding).encode())
    theirs.close()
    os._exit(0)
