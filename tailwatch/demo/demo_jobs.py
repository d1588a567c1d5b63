"""What an operator would type once the database knows the facility: files of laboratories, the study, layers of land
use, and the history derived anew where a figure is made of two nodes, whose files come one after the other."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import tailwatch.demo
from tailings.facility import Location
from tailwatch.demo import assays, land, samples
from tailwatch.demo.dam import Dam
from tailwatch.process import Command, Process
from tailwatch.site import ROOMS
from tailwatch.supervise import Tell

STUDY_FILE: Final = Path(tailwatch.demo.__file__).with_name("study.toml")
RETRY_AFTER_S: Final = 5.0
MAX_ATTEMPTS: Final = 40
DERIVED: Final = "history.derived"
"""Of the state folder: the history was derived anew, which is done once."""
MODEL: Final = "model"
Step = tuple[str, list[str], str]
"""Who tells, the command, and what is told when it has done its work; '' tells nothing."""


class Errands:
    """Imports water samples, assays and layers, runs the study, and derives the history anew when all of it is there.

    Turn it from the thread that made it.
    """

    def __init__(self, facility: str, at: Location, state_folder: Path, dam: Dam, tell: Tell) -> None:
        water, rock = state_folder / "water-samples.csv", state_folder / "assays.csv"
        water.write_text(samples.text(dam.anchor.began_s))
        rock.write_text(assays.text())
        place = ["--facility", facility, "--state", str(state_folder)]
        worth = "what the waste would bring, from synthetic assays, is on the page Value"
        self._steps: list[Step] = [
            (
                "laboratory",
                ["samples", "import", str(water), *place],
                "a year of synthetic samples is on the page Water",
            ),
            ("study", ["assays", "import", str(rock), "--synthetic", assays.LABEL, *place], ""),
            ("study", ["study", "run", str(STUDY_FILE), *place], worth),
            *(("land", [*words, "--state", str(state_folder)], "") for words in land.imports(state_folder, at)),
        ]
        self._derived = state_folder / DERIVED
        if not self._derived.exists():
            self._steps.append(_rederive(place, dam))
        self._tell = tell
        self._process: Process | None = None
        self._attempts, self._due_s = 0, 0.0

    @property
    def is_done(self) -> bool:
        """Whether the study is stored, or was given up."""
        return not self._steps

    def turn(self, is_history_there: bool) -> None:
        """Start the next command, or note how the running one ended; the same commands again change nothing."""
        if self.is_done or (self._steps[0][0] == MODEL and not is_history_there):
            return
        if self._process is None and time.monotonic() >= self._due_s:
            name, words, _ = self._steps[0]
            environment = {"PYTHONPATH": str(ROOMS), "PYTHONUNBUFFERED": "1"}
            self._attempts += 1
            self._process = Process(Command(name, (sys.executable, "-P", "-m", "tailwatch", *words), env=environment))
        elif self._process is not None and not self._process.is_alive:
            self._ended(self._process.popen.returncode)

    def end(self) -> None:
        """End a running command in order."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def _ended(self, code: int) -> None:
        self._process = None
        name, _, told = self._steps[0]
        if code == 0:
            self._steps.pop(0)
            if name == MODEL:
                self._derived.touch()
            if told:
                self._tell(name, told)
        elif self._attempts >= MAX_ATTEMPTS:
            self._steps.clear()
            self._tell(name, f"was given up after {self._attempts} attempts (exit code {code})")
        else:
            self._due_s = time.monotonic() + RETRY_AFTER_S


def _rederive(place: list[str], dam: Dam) -> Step:
    start, stop = (datetime.fromtimestamp(at_s, UTC).isoformat() for at_s in (dam.first_s, dam.anchor.began_s))
    words = [
        "observations",
        "rederive",
        *place,
        "--from",
        start,
        "--to",
        stop,
        "--apply",
        "--reason",
        "history of two nodes put together",
    ]
    return MODEL, words, "what pond and season do not explain of Piezometer P-05 is on the page Now, as a series"
