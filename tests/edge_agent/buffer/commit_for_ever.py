"""A writer that is killed again and again, for test_buffer: `commit_for_ever.py FILE KILLS SEED` prints what was found.

A child forked from this process commits numbered groups and reports each only after the commit. It is killed with -9 at
a random moment, in the middle of opening, writing or checkpointing. After every other kill the buffer is read: each
reported group must be there, whole, under its own number. In between the next child finds the torn log as it is.
"""

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[3]))

from edge_agent.buffer.buffer import Buffer, GroupCommit, SequenceStateRow
from edge_agent.values import FilePosition

LIMIT_BYTES: Final = 50_000_000
LONGEST_LIFE_S: Final = 0.03
NODE, EPOCH, SOURCE = "n07", "9f3a01bc", "csv:x"
KEEP: Final = 3


def body(group: int) -> bytes:
    """What group number `group` brings: as long as three pages, so that half of it can be written."""
    return b"%d " % group * (12_000 // len(b"%d " % group))


def write(file: Path, report: int) -> None:
    """Commit one group after the other; the number of the next one is what the tables say."""
    buffer = Buffer(file, LIMIT_BYTES)
    while True:
        group = buffer.position(SOURCE).offset
        sequence_state, position = SequenceStateRow(NODE, EPOCH, str(group + 1)), FilePosition(SOURCE, group + 1)
        buffer.commit(GroupCommit(batches=(body(group),), sequence_states=(sequence_state,), positions=(position,)))
        os.write(report, b"%d\n" % group)
        if group % 7 == 0:
            buffer.free(buffer.next_seq - 1 - KEEP)


def killed_writer(file: Path, life_s: float, is_heard: bool) -> int:
    """Let a writer live so long, from its first report on if it is heard; return its last group, -1 for none."""
    ear, mouth = os.pipe()
    child = os.fork()
    if child == 0:
        write(file, mouth)
    os.close(mouth)
    first = os.read(ear, 1) if is_heard else b""
    time.sleep(life_s)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(ear, "rb") as lines:
        return max(map(int, (first + lines.read()).split()), default=-1)


def check(file: Path, reported: int) -> Counter[str]:
    """Count groups that are lost, stored under another number, or stored in part."""
    buffer, found = Buffer(file, LIMIT_BYTES), Counter[str]()
    written = buffer.position(SOURCE).offset
    found["lost"] += max(reported + 1 - written, 0) + (buffer.set_aside is not None)
    found["twice"] += abs(buffer.next_seq - written)
    found["torn"] += written != int(buffer.sequence_state(NODE, EPOCH) or 0)
    found["lost"] += sum(buffer.batch(seq) != body(seq) for seq in range(buffer.oldest_unacked, buffer.next_seq))
    found["groups"] = written
    buffer.close()
    return found


def run(file: Path, kills: int, seed: int) -> dict[str, int]:
    """Kill so often; `silent` counts the writers that had reported nothing yet.

    Half of them are killed from their start on and half after their first report: on a busy machine a writer has
    reported nothing when its time is over, however long that is.
    """
    chance, total, reported = random.Random(seed), Counter[str](kills=kills), -1
    for kill in range(kills):
        last = killed_writer(file, chance.uniform(0, LONGEST_LIFE_S), is_heard=chance.random() < 0.5)
        total["silent"] += last < 0
        reported = max(reported, last)
        if kill % 2 or kill == kills - 1:
            found = check(file, reported)
            total["groups"] = found.pop("groups")
            total += found
    return {name: total[name] for name in ("kills", "silent", "groups", "lost", "twice", "torn")}


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
