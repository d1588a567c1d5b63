"""Bring-up of a board: asks its firmware at the serial console, step by step, and judges what it measured.

Steps, fixtures and limits stand in hardware/bring_up.toml. A record is one line of JSON: board, revision, firmware, and
each step with its value, its limits and `pass`, `fail` or `not done`. What could not be done is never passed.
"""

import datetime as dt
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import msgspec
from msgspec import Struct

from runtime.serial_line import LineDown, SerialLine, open_line

Result = Literal["pass", "fail", "not done"]
BAUD: Final = 115_200
INTERRUPT: Final = b"\r\x03\x03"
PROMPT: Final = b">>> "
POLL_S: Final = 0.05
ANSWER_S: Final = 20.0
CONTACT_S: Final = 30.0
INTERRUPTED_S: Final = 0.4
PLACE: Final = "bring_up.toml"


class NoBoard(Exception):
    """Nobody with our firmware answers at the port; the sentence says what to try."""


class NoRecords(Exception):
    """A file that records should be added to holds something else; the sentence names file and line."""


class UnknownWord(Exception):
    """A fixture or a step that the plan has not; the sentence names those that it has."""


class BenchFixture(Struct, frozen=True, forbid_unknown_fields=True):
    """What hangs on the terminals while some steps are done."""

    what: str


class BringUpStep(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that is measured, by the firmware (`ask`) or by a person (`by_hand`), and its limits."""

    id: str
    title: str
    unit: str
    low: float
    high: float
    why: str
    ask: str = ""
    by_hand: bool = False
    needs: tuple[str, ...] = ()
    rails: tuple[str, ...] = ()
    rails_off: tuple[str, ...] = ()
    proves: str = ""


class BringUpPlan(Struct, frozen=True, forbid_unknown_fields=True):
    """All steps in their order."""

    boards: tuple[str, ...]
    fixtures: dict[str, BenchFixture]
    steps: tuple[BringUpStep, ...]


class StepResult(Struct, frozen=True, omit_defaults=True):
    """What came of a step: `said` is why it failed or was not done."""

    id: str
    result: Result
    low: float
    high: float
    unit: str
    value: float | None = None
    said: str = ""


class BringUpRecord(Struct, frozen=True):
    """A bring-up that can be kept."""

    at: str
    port: str
    board: str
    revision: str
    firmware: str
    serial: str
    fixtures: tuple[str, ...]
    result: Result
    steps: tuple[StepResult, ...]


class BoardIdentity(NamedTuple):
    """What the firmware says of itself."""

    board: str
    revision: str
    firmware: str
    serial: str


def plan() -> BringUpPlan:
    """The steps of the project's boards."""
    text = (resources.files("hardware") / PLACE).read_bytes()
    return msgspec.toml.decode(text, type=BringUpPlan)


def known(fixtures: Sequence[str], measured: Sequence[str]) -> dict[str, float]:
    """The values of `STEP=VALUE`; raises UnknownWord for those, and for fixtures, that the plan has not."""
    steps = plan()
    by_hand = [one.id for one in steps.steps if one.by_hand]
    for name in fixtures:
        if name not in steps.fixtures:
            raise UnknownWord(f"no fixture is called {name!r}; known are {', '.join(steps.fixtures)}")
    found = {}
    for text in measured:
        name, _, value = text.partition("=")
        try:
            found[name] = float(value)
        except ValueError:
            raise UnknownWord(f"{text!r} is no STEP=VALUE, such as {by_hand[0]}=3.3") from None
        if name not in by_hand:
            raise UnknownWord(f"{name!r} is no step that a person measures; those are {', '.join(by_hand)}")
    return found


def kept(file: Path) -> tuple[BringUpRecord, ...]:
    """The records of a file, none of one that is not there; raises NoRecords where a line is none."""
    found = []
    for number, text in enumerate(file.read_bytes().splitlines() if file.exists() else (), 1):
        try:
            found.append(msgspec.json.decode(text, type=BringUpRecord))
        except msgspec.DecodeError as error:
            raise NoRecords(f"{file}, line {number}: no record of a bring-up ({error}); name another file") from None
    return tuple(found)


def of_board(records: Sequence[BringUpRecord]) -> tuple[StepResult, ...]:
    """Each step of today's plan as the board of the last record came out of it when it was done last.

    Fixtures exclude each other, so a whole bring-up takes several runs. Records of another board, revision, serial
    number or firmware do not count, nor do steps that had other limits.
    """
    last = records[-1]
    done: dict[str, StepResult] = {}
    for record in records:
        if _identity(record) == _identity(last):
            done |= {one.id: one for one in record.steps if one.result != "not done"}
    came = {one.id: one for one in last.steps} | done
    steps = plan().steps
    return tuple(
        found
        if (found := came.get(step.id)) and (found.low, found.high, found.unit) == (step.low, step.high, step.unit)
        else _undone(step, "never done with today's limits")
        for step in steps
    )


def verdict(steps: Sequence[StepResult]) -> Result:
    """Fail where a step failed, else not done where one was not done, else pass."""
    results = {one.result for one in steps}
    return "fail" if "fail" in results else "not done" if "not done" in results else "pass"


def _identity(record: BringUpRecord) -> BoardIdentity:
    return BoardIdentity(record.board, record.revision, record.firmware, record.serial)


def line(one: StepResult) -> str:
    """A step for a person."""
    value = "-" if one.value is None else f"{one.value:g} {one.unit}".removesuffix(" 1")
    return f"{one.result:8}  {one.id:16} {value:>12}  ({one.low:g} to {one.high:g})  {one.said}".rstrip()


class Console:
    """A board's console: MicroPython's prompt on a serial line."""

    def __init__(self, line: SerialLine) -> None:
        self._line = line
        self._heard = b""

    def contact(self, limit_s: float = CONTACT_S) -> BoardIdentity:
        """Stops what runs there and has the firmware say what it is; raises NoBoard."""
        end_s = time.monotonic() + limit_s
        while not self._prompted():
            if time.monotonic() > end_s:
                raise NoBoard(
                    f"no prompt within {limit_s:g} s; press RESET (or take the supply away and back) while this command"
                    " waits, and look whether another program has the port"
                )
        found = self._say("import bring_up", '{"bring_up"', limit_s)
        if found is None:
            raise NoBoard("there is a prompt, but no bring_up; write a firmware of this release to the board")
        return BoardIdentity(**found["bring_up"])

    def ask(self, what: str, limit_s: float = ANSWER_S) -> dict[str, Any] | None:
        """The answer to a question; None where none came. What the firmware did not foresee is its last line."""
        found = self._say(f"bring_up.do({what!r})", '{"did"', limit_s)
        if found is None and self._heard.endswith(PROMPT):
            said = self._heard.removesuffix(PROMPT).decode(errors="replace").strip().rpartition("\n")[2].strip()
            return {"did": what, "failed": said}
        return found

    def _prompted(self) -> bool:
        self._heard = b""
        self._line.write(INTERRUPT)
        return self._listen(lambda heard: heard.endswith(PROMPT), INTERRUPTED_S)

    def _say(self, text: str, begins: str, limit_s: float) -> dict[str, Any] | None:
        """The line that begins so, of what comes after the echo of `text`: a prompt before it is of an interrupt."""
        self._heard, typed = b"", text.encode()
        self._line.write(typed + b"\r")
        self._listen(lambda heard: heard.partition(typed)[2].endswith(PROMPT), limit_s)
        found = re.search(rf"^{re.escape(begins)}.*$", self._heard.decode(errors="replace"), re.MULTILINE)
        try:
            answer: dict[str, Any] | None = json.loads(found[0]) if found else None
        except ValueError:
            return None
        return answer

    def _listen(self, is_enough: Callable[[bytes], bool], limit_s: float) -> bool:
        end_s = time.monotonic() + limit_s
        while time.monotonic() < end_s:
            self._heard += self._line.read(max(1, self._line.in_waiting))
            if is_enough(self._heard):
                return True
        return False


def run(
    port: str,
    fixtures: Sequence[str],
    measured: Mapping[str, float],
    *,
    contact_s: float = CONTACT_S,
    answer_s: float = ANSWER_S,
    tell: Callable[[StepResult], None] = lambda _: None,
) -> BringUpRecord:
    """Bring up the board at `port`; `measured` are values that a person gives. Raises NoBoard.

    A board that falls silent has the steps that are left not done.
    """
    steps = plan()
    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    try:
        line = open_line(port, BAUD, POLL_S)
        try:
            console = Console(line)
            board = console.contact(contact_s)
            done = _Bench(console, steps, tuple(fixtures), measured, answer_s).run(board.board, tell)
        finally:
            line.close()
    except LineDown as error:
        raise NoBoard(f"{port}: {error}") from error
    return BringUpRecord(at, port, *board, tuple(fixtures), verdict(done), tuple(done))


class _Bench:
    """One run: which rails are on, which have been seen to come up, and whether the board still answers."""

    def __init__(
        self,
        console: Console,
        steps: BringUpPlan,
        fixtures: tuple[str, ...],
        measured: Mapping[str, float],
        answer_s: float,
    ) -> None:
        self._console, self._plan, self._fixtures = console, steps, fixtures
        self._measured, self._answer_s = measured, answer_s
        self._levels: dict[str, int] = {}
        self._proven: dict[str, bool] = {}
        self._is_silent = False

    def run(self, board: str, tell: Callable[[StepResult], None]) -> list[StepResult]:
        """All steps in their order, and the rails off again."""
        done = []
        for step in self._plan.steps:
            found = self._step(step) if board in self._plan.boards else _undone(step, f"not for the board {board}")
            tell(found)
            done.append(found)
        for rail in self._levels:
            self._switch(rail, 0)
        return done

    def _step(self, step: BringUpStep) -> StepResult:
        if self._is_silent:
            return _undone(step, "the board does not answer any more")
        if step.by_hand:
            if step.ask:
                self._answer(step.ask)
            value = self._measured.get(step.id)
            return (
                _undone(step, f"give it by --measured {step.id}=VALUE") if value is None else self._judge(step, value)
            )
        if missing := [name for name in step.needs if name not in self._fixtures]:
            return _undone(step, f"without its fixture {missing[0]}: {self._plan.fixtures[missing[0]].what}")
        if dead := [rail for rail in step.rails if self._proven.get(rail) is False]:
            return _undone(step, f"the rail {dead[0]} did not come up")
        for rail, level in [*((rail, 0) for rail in step.rails_off), *((rail, 1) for rail in step.rails)]:
            self._switch(rail, level)
        found = self._answer(step.ask)
        if found is None:
            return _failed(step, "the board does not answer any more")
        if "failed" in found:
            result = _failed(step, str(found["failed"]))
        else:
            result = self._judge(step, float(found["value"]))
        if step.proves:
            self._proven[step.proves] = result.result == "pass"
        return result

    def _judge(self, step: BringUpStep, value: float) -> StepResult:
        if step.low <= value <= step.high:
            return _came_of(step, "pass", value)
        kind = step.id.rstrip("0123456789")
        like = [
            one.id
            for one in self._plan.steps
            if one.id != step.id and kind.endswith("-") and one.id.startswith(kind) and one.low <= value <= one.high
        ]
        unequal = [one for one in like if self._limits(one) != (step.low, step.high)]
        said = f"this is what hangs on {unequal[0]}: the two are exchanged" if unequal else "outside of its limits"
        return _failed(step, said, value)

    def _limits(self, id: str) -> tuple[float, float]:
        return next((one.low, one.high) for one in self._plan.steps if one.id == id)

    def _switch(self, rail: str, level: int) -> None:
        if self._levels.get(rail) != level:
            self._levels[rail] = level
            self._answer(f"rail {rail} {level}")

    def _answer(self, what: str) -> dict[str, Any] | None:
        if self._is_silent:
            return None
        found = self._console.ask(what, self._answer_s)
        self._is_silent = found is None or found.get("did") != what
        return None if self._is_silent else found


def _undone(step: BringUpStep, said: str) -> StepResult:
    return _came_of(step, "not done", None, said)


def _failed(step: BringUpStep, said: str, value: float | None = None) -> StepResult:
    return _came_of(step, "fail", value, said)


def _came_of(step: BringUpStep, result: Result, value: float | None, said: str = "") -> StepResult:
    return StepResult(step.id, result, low=step.low, high=step.high, unit=step.unit, value=value, said=said)
