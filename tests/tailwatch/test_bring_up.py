"""Bring-up of the boards over a serial line: the firmware on the real VM behind a pseudo-terminal, with faults put in.

What the boards would show is firmware/doubles/bench.py, written from the schematic. Nothing of it was on a real board.
"""

import json
import os
import pty
import select
import subprocess
import threading
import time
import tomllib
import tty
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from firmware.build import build
from hardware.tools import design, pins
from runtime.serial_line import open_line
from tailwatch import bring_up
from tailwatch.__main__ import app
from tailwatch.bring_up import BringUpRecord, StepResult

WIRED = {
    "thermistor": [1000, 2000, 3010, 4990],
    "coil": [180] * 4,
    "loop": [1000, 2200],
    "sdi_pulse": 1,
    "sdi_level": 1,
    "rs485": 1,
}
FIXTURES = ["thermistors", "coils", "loops", "sdi-pulse", "sdi-level", "rs485"]
BY_HAND = {"rail-3v3": 3.31, "led": 1.0}
OTHER_WIRES = {"rs485-drive-a", "rs485-drive-b"}
"""What needs a wire in the place of those of FIXTURES."""


@pytest.fixture(scope="module")
def firmware(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The firmware for the VM."""
    out = tmp_path_factory.mktemp("firmware")
    build(out, "unix")
    return out


class Desk:
    """A board at a port; each port is that of a fresh one."""

    def __init__(self, firmware: Path, folder: Path) -> None:
        self._firmware, self._folder = firmware, folder
        self.answer_delay_s = 0.0
        """How much later what a board says arrives, as of one that is slow."""
        self._is_over = threading.Event()
        self._started: list[subprocess.Popen[bytes]] = []
        self._files: list[int] = []
        self._wires: list[threading.Thread] = []

    def port(self, *command: str, **bench: Any) -> str:
        """The port of a new board on which hangs what WIRED has, but for `bench`."""
        (self._folder / "sim.json").write_text(json.dumps({"bench": {**WIRED, **bench}}))
        (of_board, board), (of_computer, computer) = pty.openpty(), pty.openpty()
        tty.setraw(board)
        tty.setraw(computer)
        process = subprocess.Popen(
            command or ("micropython", "-X", "heapsize=64wk"),
            stdin=board,
            stdout=board,
            stderr=board,
            cwd=self._firmware,
            env={**os.environ, "TAILWATCH_NODE": str(self._folder)},
            start_new_session=True,
        )
        self._started.append(process)
        self._files += [of_board, board, of_computer, computer]
        self._wires.append(threading.Thread(target=self._carry, args=(of_board, of_computer)))
        self._wires[-1].start()
        return os.ttyname(computer)

    def end(self) -> None:
        """All boards and wires."""
        self._is_over.set()
        for wire in self._wires:
            wire.join()
        for process in self._started:
            process.kill()
            process.wait()
        for file in self._files:
            os.close(file)

    def _carry(self, board: int, computer: int) -> None:
        """Bytes from each end to the other, as a cable."""
        said: deque[tuple[float, bytes]] = deque()
        while not self._is_over.is_set():
            ready = select.select([board, computer], [], [], 0.01 if said else 0.05)[0]
            if computer in ready:
                os.write(board, os.read(computer, 1024))
            if board in ready:
                said.append((time.monotonic() + self.answer_delay_s, os.read(board, 1024)))
            while said and said[0][0] <= time.monotonic():
                os.write(computer, said.popleft()[1])


@pytest.fixture
def desk(firmware: Path, tmp_path: Path) -> Iterator[Desk]:
    """Boards of one test."""
    made = Desk(firmware, tmp_path)
    yield made
    made.end()


def brought_up(desk: Desk, fixtures: list[str] | None = None, **bench: Any) -> dict[str, StepResult]:
    """The steps of a bring-up by their id."""
    found = bring_up.run(desk.port(**bench), FIXTURES if fixtures is None else fixtures, BY_HAND, answer_s=5.0)
    return {one.id: one for one in found.steps}


def results(found: dict[str, StepResult], result: str) -> set[str]:
    return {name for name, one in found.items() if one.result == result}


def test_a_board_as_designed_passes_what_can_be_done(desk: Desk) -> None:
    """Each step with the value that the schematic gives; what needs other wires is not done, and so is the whole."""
    record = bring_up.run(desk.port(), FIXTURES, BY_HAND)
    found = {one.id: one for one in record.steps}

    assert results(found, "fail") == set() and results(found, "not done") == OTHER_WIRES
    assert (record.result, record.board, record.revision) == ("not done", "unix", "simulated")
    assert found["rail-field12"].value == pytest.approx(12.7, abs=0.01)
    assert found["loop-2"].value == pytest.approx(2300, abs=5)


def test_without_fixtures_and_values_nothing_is_passed_for_them(desk: Desk) -> None:
    """Those steps are not done, and say what to connect or to measure."""
    record = bring_up.run(desk.port(thermistor=[0] * 4, coil=[0] * 4, loop=[0, 0]), [], {})
    found = {one.id: one for one in record.steps}

    assert results(found, "fail") == set()
    assert (
        results(found, "not done")
        == {one.id for one in bring_up.plan().steps if one.needs or one.by_hand} | OTHER_WIRES
    )
    assert "1.00 kOhm" in found["thermistor-1"].said and "--measured led=VALUE" in found["led"].said


@pytest.mark.parametrize(
    ("bench", "failed", "undone"),
    [
        (
            {"faults": ["rail-field12"]},
            {"rail-field12"},
            {"loop-1", "loop-2", "pulse", "sdi12-deaf", "sdi12-space", "rs485-pair"},
        ),
        (
            {"faults": ["rail-instrument"]},
            {"rail-instrument"},
            {
                *("field12-off", "rail-field12", "receiver-rest", "rs485-idle", "rs485-pair", "loop-1", "loop-2"),
                *(f"{kind}-{number}" for kind in ("thermistor", "wire") for number in range(1, 5)),
            },
        ),
        ({"faults": ["i2c"]}, {"memory", "clock"}, set()),
        ({"faults": ["clock-stopped"]}, {"clock"}, set()),
        ({"faults": ["pulse-stuck"]}, {"pulse"}, set()),
        ({"faults": ["deaf-off"]}, {"sdi12-deaf"}, set()),
        ({"faults": ["heard-open"]}, {"sdi12-space"}, set()),
        ({"rs485": -1}, {"rs485-pair"}, set()),
        ({"coil": [180, 180, 0, 180]}, {"wire-3"}, set()),
        ({"loop": [1000, 0]}, {"loop-2"}, set()),
    ],
    ids=["12 V", "3.3 V", "i2c", "clock", "pulse", "deaf", "heard", "a and b", "coil", "loop"],
)
def test_a_fault_fails_its_step_and_no_other(
    desk: Desk, bench: dict[str, Any], failed: set[str], undone: set[str]
) -> None:
    """A rail that stays off, a dead bus, a broken channel; what hangs on the rail is not done, and says so."""
    found = brought_up(desk, **bench)

    assert results(found, "fail") == failed
    assert results(found, "not done") == undone | OTHER_WIRES
    assert all("did not come up" in found[name].said for name in undone)


def test_exchanged_channels_are_named(desk: Desk) -> None:
    """Thermistors 2 and 4: each says which one hangs there."""
    found = brought_up(desk, thermistor=[1000, 4990, 3010, 2000])

    assert results(found, "fail") == {"thermistor-2", "thermistor-4"}
    assert found["thermistor-2"].said == "this is what hangs on thermistor-4: the two are exchanged"
    assert found["thermistor-4"].said == "this is what hangs on thermistor-2: the two are exchanged"


def test_a_board_that_falls_over_leaves_the_rest_undone(desk: Desk) -> None:
    """What it was at has failed; nothing after it is passed."""
    found = brought_up(desk, faults=["crash"])
    names = list(found)
    after = names[names.index("battery") + 1 :]

    assert results(found, "fail") == {"battery"}
    assert set(after) <= results(found, "not done")


@pytest.mark.parametrize("terminal", ["a", "b"])
def test_the_driver_of_a_pair_is_heard_over_a_wire(desk: Desk, terminal: str) -> None:
    """Five closings of the pulse input by each output; one that is dead fails its own step alone."""
    step, wire = f"rs485-drive-{terminal}", {"sdi_pulse": 0, "rs485": 0, "rs485_wire": terminal}

    sound = brought_up(desk, [f"rs485-{terminal}"], **wire)
    dead = brought_up(desk, [f"rs485-{terminal}"], **wire, faults=[f"u9-{terminal}"])

    assert (sound[step].result, sound[step].value) == ("pass", 5)
    assert dead[step].result == "fail" and results(dead, "fail") == {step}


@pytest.mark.parametrize("delay_s", [0.5, 0.9])
def test_a_slow_board_answers_as_a_quick_one(desk: Desk, delay_s: float) -> None:
    """A prompt that comes late, from an interrupt before, is not taken for the answer to what was typed since."""
    desk.answer_delay_s = delay_s
    line = open_line(desk.port(), bring_up.BAUD, bring_up.POLL_S)
    console = bring_up.Console(line)

    board = console.contact()
    answer = console.ask("memory")
    line.close()

    assert board.board == "unix"
    assert answer == {"did": "memory", "value": 0}


def test_a_port_where_nobody_answers_is_told(desk: Desk) -> None:
    """With what to try; an absent port too."""
    silent = desk.port("sleep", "60")

    with pytest.raises(bring_up.NoBoard, match="press RESET"):
        bring_up.run(silent, [], {}, contact_s=1.0)
    with pytest.raises(bring_up.NoBoard, match="/dev/nowhere"):
        bring_up.run("/dev/nowhere", [], {})


def test_the_records_of_a_board_together_are_a_whole_bring_up(desk: Desk, tmp_path: Path) -> None:
    """Fixtures that exclude each other in runs of their own: each adds a line, and the last ends with code 0."""
    kept = tmp_path / "bring-up.jsonl"

    def bring(fixtures: list[str], *words: str, **bench: Any) -> tuple[int, str]:
        named = [f"--fixture={name}" for name in fixtures]
        said = CliRunner().invoke(app, ["device", "bring-up", desk.port(**bench), *named, *words, "--keep", str(kept)])
        return said.exit_code, said.output.splitlines()[-1]

    first = bring(FIXTURES, "--measured=rail-3v3=3.31", "--measured=led=1")
    second = bring(["rs485-a"], sdi_pulse=0, rs485=0, rs485_wire="a")
    whole = bring(["rs485-b"], sdi_pulse=0, rs485=0, rs485_wire="b")

    assert (first[0], second[0], whole[0]) == (1, 1, 0)
    assert "rs485-drive-b" in second[1] and whole[1].endswith(": pass")
    records = bring_up.kept(kept)
    assert [one.result for one in records] == ["not done"] * 3
    assert records[0].fixtures == tuple(FIXTURES) and len(records[0].steps) == len(bring_up.plan().steps)


def test_a_record_of_another_board_or_of_other_limits_does_not_count() -> None:
    """A step that passed there is not done here."""
    steps = tuple(
        StepResult(one.id, "pass", low=one.low, high=one.high, unit=one.unit, value=one.low)
        for one in bring_up.plan().steps
    )
    undone = tuple(msgspec.structs.replace(one, result="not done", value=None) for one in steps)
    whole = BringUpRecord(
        at="2026-11-30T21:00:00+00:00",
        port="p",
        board="esp32s3",
        revision="A",
        firmware="0.2.0",
        serial="1",
        fixtures=(),
        result="pass",
        steps=steps,
    )
    now = msgspec.structs.replace(whole, steps=undone)
    wider = tuple(msgspec.structs.replace(one, high=one.high + 1) for one in steps)

    failed = tuple(msgspec.structs.replace(one, result="fail") for one in steps[-1:])

    assert bring_up.verdict(bring_up.of_board([whole, now])) == "pass"
    assert bring_up.verdict(bring_up.of_board([whole, msgspec.structs.replace(now, steps=failed)])) == "fail"
    assert bring_up.verdict(bring_up.of_board([msgspec.structs.replace(now, steps=failed), whole])) == "pass"
    assert bring_up.verdict(bring_up.of_board([msgspec.structs.replace(whole, serial="2"), now])) == "not done"
    assert bring_up.verdict(bring_up.of_board([msgspec.structs.replace(whole, steps=wider), now])) == "not done"


def test_a_record_is_not_added_to_a_file_of_something_else(tmp_path: Path) -> None:
    """File and line are named before the port is opened."""
    kept = tmp_path / "readings.jsonl"
    kept.write_text('{"level": 1}\n')

    said = CliRunner().invoke(app, ["device", "bring-up", "/dev/nowhere", "--keep", str(kept)])

    assert said.exit_code == 2 and "readings.jsonl, line 1: no record of a bring-up" in said.output
    assert kept.read_text() == '{"level": 1}\n'


@pytest.mark.parametrize("words", [["--fixture=lops"], ["--measured=led"], ["--measured=lead=1"]])
def test_a_fixture_or_step_that_is_not_known_is_refused(words: list[str]) -> None:
    """Before the port is opened; the known ones are told."""
    said = CliRunner().invoke(app, ["device", "bring-up", "/dev/nowhere", *words])

    assert said.exit_code == 2 and ("loops" in said.output or "led" in said.output)


def test_each_step_can_be_asked_of_the_boards() -> None:
    """Fixtures and rails are known, each rail is proved before it is needed, and the revision is the printed one."""
    steps = bring_up.plan()
    pin_map = pins.read("esp32s3")
    proved: set[str] = set()

    for one in steps.steps:
        assert set(one.needs) <= set(steps.fixtures) and set(one.rails) <= proved | {one.proves}
        proved |= {one.proves} - {""}
    assert proved == set(pin_map.rails)
    for board in design.BOARDS:
        printed = {text["text"] for text in design.read(board).layout["texts"]}
        assert f"Tailwatch {board} {pin_map.revision}" in printed


def test_limits_hold_the_parts_of_the_boards() -> None:
    """The resistances of the fixture with the parts that the boards put before them."""
    instrument = {name: part.item.value for name, part in design.read("instrument").parts.items()}
    limits = {one.id: (one.low, one.high) for one in bring_up.plan().steps}

    assert instrument["R11"].startswith("10 Ohm") and instrument["R60"].startswith("10 Ohm")
    for number, ohm in enumerate((1000, 2000, 3010, 4990), 1):
        low, high = limits[f"thermistor-{number}"]
        assert low <= ohm * 0.99 + 10 and ohm * 1.01 + 10 <= high
    for number, ohm in enumerate((1000, 2200), 1):
        low, high = limits[f"loop-{number}"]
        assert low <= ohm * 0.99 + 75 + 10 and ohm * 1.01 + 75 + 10 + 20 <= high


def test_the_wires_of_the_pair_are_within_the_thresholds_of_the_pulse_input() -> None:
    """By Kirchhoff, at the worst of U9 and of the pack: below 0.25 and above 0.75 of 3.3 V (ESP32-S3, table 5-4)."""
    values = tomllib.loads((design.HARDWARE / "sim/values.toml").read_text())["items"]["thvd2410"]
    parts = design.read("main").parts
    bias_ohm = float(parts["R36"].item.value.split()[0])
    assert (parts["R36"].item.value, bias_ohm) == (parts["R37"].item.value, 270)
    leg_ohm, supply_v, low_v = values["ohm"]["high"] / 2, 3.3, 0.2

    def node_v(*branches: tuple[float, float]) -> float:
        """Volts of a node that branches of (volts, ohm) feed."""
        return sum(volts / ohm for volts, ohm in branches) / sum(1 / ohm for _, ohm in branches)

    pull_up = (supply_v, 48_000.0)
    assert node_v((low_v, leg_ohm), (supply_v, bias_ohm), pull_up) < 0.25 * supply_v
    for pack_v in (9.6, 14.6):
        from_12v = (pack_v, 1010.0)
        assert node_v((values["volts"]["low"], leg_ohm), (0.0, bias_ohm), from_12v, pull_up) > 0.75 * supply_v
        assert node_v((low_v, leg_ohm), (0.0, bias_ohm), from_12v, pull_up) < 0.25 * supply_v


def test_the_resistors_at_the_sdi_line_are_a_space_to_its_receiver() -> None:
    """4.1 to 6.9 V with and without the wire to PULSE: U12 hears 3.5 V (hardware/sim/limits.toml), D11 stands 7 V."""
    parts = design.read("main").parts
    heard_ohm = sum(1e3 * float(parts[ref].item.value.split()[0]) for ref in ("R21", "R22"))
    for pack_v in (9.6, 14.6):
        for wire_s in (0.0, 1 / 48_000):
            line_v = (pack_v / 43e3 + 3.3 * wire_s) / (1 / 43e3 + 1 / 47e3 + 1 / heard_ohm + wire_s)
            assert 4.1 < line_v < 6.9
