"""What the kernel counts of a process: peak memory and time on the processor.

Source: proc(5): VmHWM, clear_refs, stat; sched-stats of the kernel: schedstat.
"""

import os
from pathlib import Path
from typing import Final

KB_PER_MB: Final = 1000 / 1.024
"""The kernel's kB are 1,024 bytes; an MB here is a million."""
RESET_PEAK: Final = "5"
UTIME, STIME, CUTIME, CSTIME = 11, 12, 13, 14
"""Fields of stat, counted from the one behind the name."""


def forget_peak(pid: int) -> None:
    """Let the peak begin anew at what is in use now."""
    Path(f"/proc/{pid}/clear_refs").write_text(RESET_PEAK)


def peak_mb(pid: int) -> float:
    """Return the highest resident memory [MB] since the start or the last `forget_peak`."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / KB_PER_MB
    return 0.0


def cpu_s(pid: int) -> float:
    """Return the processor time [s] of all its threads so far, in steps of 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[UTIME]) + int(fields[STIME])) / os.sysconf("SC_CLK_TCK")


def main_thread_s(pid: int) -> float:
    """Return the processor time [s] of its main thread so far, in nanoseconds (schedstat)."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def ended_children_s(pid: int) -> float:
    """Return the processor time of its children that have ended [s]."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[CUTIME]) + int(fields[CSTIME])) / os.sysconf("SC_CLK_TCK")


def share_mb(pid: int) -> float:
    """Return its memory now, what it shares with others in parts (PSS) [MB]; 0 for one that has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / KB_PER_MB for line in lines if line.startswith("Pss:")), 0.0)
