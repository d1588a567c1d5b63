"""One stretch of one parser in a child process: input after input, each within its memory and time.

Input `number` of a parser follows from its name, the seed, the number and the corpus, which grows by what the child
keeps and says. The child writes the number down before it reads, so that its parent knows the input that killed it.
"""

import multiprocessing
import os
import random
import resource
import signal
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Final

from tests.fuzz.mutation import mutated
from tests.fuzz.new_branches import NewBranches
from tests.fuzz.parser import Parser, unchanged

PAGE_BYTES: Final = resource.getpagesize()
KIB: Final = 1024
BARE_SHARE: Final = 0.2
"""Of the inputs of a parser with `wrap`: those that are mutated outside of it, so that the wrapping is tried too."""
CORPUS_SHARE: Final = 0.6
"""Of the inputs: those that are made of one of the corpus, where there is one, and not of an example."""
WAIT_S: Final = 120.0
"""Of the wall clock without a new number, beyond the limit of the processor: the child hangs without working."""
MAX_KEPT: Final = 500
"""Inputs in the corpus of a parser: each child reads them once before it begins."""
ENDS_S: Final = 30.0
"""Of the wall clock, for a child that has said its last word: on a busy machine it takes its time to end."""
STATM: Final = Path("/proc/self/statm")
CLEAR: Final = Path("/proc/self/clear_refs")
CLEAR_PEAK: Final = "5"
"""Makes the greatest memory of this process that of now (proc(5))."""


@dataclass(frozen=True)
class Input:
    """A mutated example; `is_bare`: as it goes to the parser, without its `wrap`."""

    is_bare: bool
    data: bytes

    def whole(self, parser: Parser) -> bytes:
        """The bytes that the parser reads."""
        return self.data if self.is_bare else parser.wrap(self.data)


Corpus = Sequence[Input]
"""Inputs that took a branch which none took before them."""


@dataclass(frozen=True)
class Finding:
    """An input that a parser does not bear; `place` is where it failed, the same for the same fault."""

    parser: str
    seed: int
    number: int
    data: bytes
    place: str
    trace: str


@dataclass(frozen=True)
class Stretch:
    """What one child did: inputs, seconds of the wall clock, what it found, what it adds to the corpus.

    most_bytes: of memory that one input took, at most.
    """

    inputs: int
    seconds: float
    findings: tuple[Finding, ...]
    kept: tuple[Input, ...] = ()
    most_bytes: int = 0


def input_of(parser: Parser, seed: int, number: int, corpus: Corpus = ()) -> Input:
    """The input with this number."""
    chance = random.Random(f"{parser.name} {seed} {number}")
    is_bare = parser.wrap is not unchanged and chance.random() < BARE_SHARE
    examples = [parser.wrap(one) if is_bare else one for one in parser.examples]
    base = chance.choice(examples)
    if corpus and chance.random() < CORPUS_SHARE:
        grown = chance.choice(corpus)
        base = grown.data if grown.is_bare == is_bare else base
    return Input(is_bare, mutated(chance, base, examples, parser.most_bytes))


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


def _memory_pages() -> tuple[int, int]:
    """Pages of addresses and of memory that this process has."""
    addresses, resident = STATM.read_text().split()[:2]
    return int(addresses), int(resident)


def _limit_memory(parser: Parser) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_memory_pages()[0] * PAGE_BYTES + parser.memory_bytes, hard))


def _free_memory() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def stretch(parser: Parser, seed: int, first: int, seconds: float, corpus: Corpus = ()) -> Stretch:
    """Try inputs from number `first` on for so long. Ends the child where an input kills or stops it."""
    context = multiprocessing.get_context("fork")
    number: Synchronized[int] = context.Value("q", first - 1, lock=True)
    most: Synchronized[int] = context.Value("q", 0, lock=True)
    ours, theirs = context.Pipe(duplex=False)
    began = time.monotonic()
    work = _Work(parser, seed, first, seconds, corpus)
    child = context.Process(target=work.run, args=(number, most, theirs), daemon=True)
    child.start()
    theirs.close()
    heard = list(_heard(ours, number, parser.seconds + WAIT_S))
    child.join(ENDS_S)
    if child.is_alive():
        child.kill()
        child.join()
    found = [one for one in heard if isinstance(one, Finding)]
    kept = tuple(one for one in heard if isinstance(one, Input))
    if child.exitcode != 0:
        data = input_of(parser, seed, number.value, (*corpus, *kept)).whole(parser)
        place = _death(child.exitcode) + ("" if number.value >= first else " while it read the corpus")
        found.append(Finding(parser.name, seed, number.value, data, place=place, trace="the child process ended"))
    return Stretch(number.value + 1 - first, time.monotonic() - began, tuple(found), kept, most.value)


def _heard(ours: Connection, number: "Synchronized[int]", quiet_s: float) -> Iterator[Finding | Input]:
    """What the child says, until it has ended or its number stands still for too long."""
    last, since = number.value, time.monotonic()
    while True:
        if ours.poll(0.2):
            try:
                yield ours.recv()
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


@dataclass(frozen=True)
class _Work:
    """The stretch as its child does it."""

    parser: Parser
    seed: int
    first: int
    seconds: float
    corpus: Corpus

    def run(self, number: "Synchronized[int]", most: "Synchronized[int]", theirs: Connection) -> None:
        """Read inputs; say each place that fails once. SIGPROF ends a process that does not catch it."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent's to answer
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.chdir(Path(__file__).parents[2])
        silent = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(silent, stream)  # what the programs log of bad input
        corpus, said, branches = list(self.corpus), set[str](), NewBranches()
        for known in (*(Input(False, one) for one in self.parser.examples), *corpus):
            place_of(self.parser, known.whole(self.parser))  # what they reach is not new
        branches.take()
        end = time.monotonic() + self.seconds
        while time.monotonic() < end:
            number.value += 1
            tried = input_of(self.parser, self.seed, number.value, corpus)
            failed = self._try(tried, most)
            if failed is not None and failed[0] not in said:
                said.add(failed[0])
                whole = tried.whole(self.parser)
                theirs.send(Finding(self.parser.name, self.seed, number.value, whole, *failed))
            if branches.take() and failed is None and self._is_kept(tried, corpus):
                corpus.append(tried)
                theirs.send(tried)
        theirs.close()
        os._exit(0)

    def _is_kept(self, tried: Input, corpus: Corpus) -> bool:
        return len(corpus) < MAX_KEPT and len(tried.data) <= 2 * max(map(len, self.parser.examples)) + 1000

    def _try(self, tried: Input, most: "Synchronized[int]") -> tuple[str, str] | None:
        data = tried.whole(self.parser)
        CLEAR.write_text(CLEAR_PEAK)
        before = _memory_pages()[1]
        failed = place_of(self.parser, data)
        peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        most.value = max(most.value, peak_kib * KIB - before * PAGE_BYTES)
        return failed
