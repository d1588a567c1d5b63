"""Loaded by a program at its start (it stands on its PYTHONPATH): records which functions of ours run, and when first.

SIGUSR1 writes what ran since the last one into the folder TRACE_FOLDER and begins anew. Each function is looked at
once between two signals, so a traced program is as fast as ever.
"""

import atexit
import json
import os
import signal
import sys
import time
from pathlib import Path
from types import CodeType, FrameType

FOLDER, ROOT = Path(os.environ["TRACE_FOLDER"]), os.environ["TRACE_ROOT"] + os.sep
MONITORING = sys.monitoring  # type: ignore[attr-defined,unused-ignore]  # since Python 3.12
TOOL = MONITORING.PROFILER_ID
ran: dict[str, float] = {}
told = 0


def _start(code: CodeType, offset: int) -> object:
    file = code.co_filename
    if file.startswith(ROOT) and not file.startswith((ROOT + ".venv", ROOT + "tests")):
        ran.setdefault(f"{file[len(ROOT) :]}:{code.co_qualname}", time.time())
    return MONITORING.DISABLE


def _tell(number: int = 0, frame: FrameType | None = None) -> None:
    global told
    whole = FOLDER / f"{os.getpid()}-{told}.json"
    whole.with_suffix(".tmp").write_text(json.dumps(ran))
    whole.with_suffix(".tmp").replace(whole)
    told += 1
    ran.clear()
    MONITORING.restart_events()


MONITORING.use_tool_id(TOOL, "tailwatch-trace")
MONITORING.register_callback(TOOL, MONITORING.events.PY_START, _start)
MONITORING.set_events(TOOL, MONITORING.events.PY_START)
signal.signal(signal.SIGUSR1, _tell)
atexit.register(_tell)
