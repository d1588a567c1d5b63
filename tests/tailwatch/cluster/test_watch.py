"""The watch of a broker in real Erlang: who was counted as gone ends, the others go on."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from tailwatch import ports
from tailwatch.cluster.rabbitmq import name_server, watch
from tailwatch.process import Command, Process, completed

pytestmark = [pytest.mark.foreign, pytest.mark.xdist_group("cluster"), pytest.mark.timeout(600)]
WITHIN_S: Final = 120.0
TICK_S: Final = 4
NODES: Final = ("a@127.0.0.1", "b@127.0.0.1", "c@127.0.0.1")
OTHERS: Final = len(NODES) - 1


class Machines:
    """Three Erlang nodes with the watch, which know each other; `is_late`: the watches begin once they have met."""

    def __init__(self, folder: Path, is_late: bool = False) -> None:
        self._env = {"ERL_EPMD_PORT": str(ports.free_port()), "HOME": str(folder), "ERL_CRASH_DUMP_BYTES": "0"}
        self._names = Process(name_server([ports.LOOPBACK], int(self._env["ERL_EPMD_PORT"])))
        (folder / "watch.erl").write_text(watch(NODES))
        begins = f'file:eval("{folder}/watch.erl")'
        self.nodes = [Process(self._erlang(node, "ok" if is_late else begins)) for node in NODES]
        first, *others = NODES
        meet = ",".join(f"net_kernel:connect_node('{other}')" for other in others)
        self.until(lambda: self.ask(first, f"{{{meet}}}") == "{true,true}", "one meets the others")
        self.until(lambda: self.ask(others[0], "length(nodes())") == str(OTHERS), "these meet each other")
        for node in NODES if is_late else ():
            self.ask(node, begins)
        watched = "is_pid(whereis(tailwatch_watch))"
        self.until(lambda: {self.ask(node, watched) for node in NODES} == {"true"}, "each is watched")

    def _erlang(self, name: str, expression: str, *words: str) -> Command:
        cookie = (
            "-setcookie",
            "watch",
            "-kernel",
            "net_ticktime",
            str(TICK_S),
            "-kernel",
            "prevent_overlapping_partitions",
            "false",
        )
        argv = ("erl", "-noinput", *words, "-name", name, *cookie, "-eval", expression)
        return Command(name, argv, env=self._env)

    def ask(self, node: str, expression: str) -> str:
        """What an expression is at a node, as Erlang writes it."""
        there = f"rpc:call('{node}', erlang, apply, [fun() -> {expression} end, []])"
        done = completed(self._erlang("asks@127.0.0.1", f'io:format("~w", [{there}]), halt().', "-hidden"), WITHIN_S)
        return done.stdout

    def until(self, condition: Callable[[], object], what: str) -> None:
        deadline_s = time.monotonic() + WITHIN_S
        while not condition():
            assert time.monotonic() < deadline_s, f"not within {WITHIN_S:.0f} s: {what}"
            time.sleep(0.1)

    def alive(self) -> list[bool]:
        return [node.is_alive for node in self.nodes]

    def stop(self) -> None:
        for node in (*self.nodes, self._names):
            node.kill()


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    running = Machines(tmp_path)
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
def late(tmp_path: Path) -> Iterator[Machines]:
    running = Machines(tmp_path, is_late=True)
    try:
        yield running
    finally:
        running.stop()


def test_one_that_has_lost_all_others_ends(machines: Machines) -> None:
    """As one whose cable is pulled: the two others have the larger part, and go on."""
    machines.ask(NODES[0], "[erlang:disconnect_node(Other) || Other <- nodes()]")
    machines.until(lambda: not machines.nodes[0].is_alive, "it ends")

    assert machines.alive() == [False, True, True]


def test_one_that_stood_still_until_it_counted_as_gone_ends(machines: Machines) -> None:
    """As a virtual machine that was halted: it goes on, and ends; the others have gone on without it."""
    machines.nodes[0].popen.send_signal(signal.SIGSTOP)
    # With both: as long as one still has it, it has the larger part with that one, and rightly goes on.
    others = "length(nodes())"
    machines.until(lambda: {machines.ask(node, others) for node in NODES[1:]} == {str(OTHERS - 1)}, "it counts as gone")
    machines.nodes[0].popen.send_signal(signal.SIGCONT)
    machines.until(lambda: not machines.nodes[0].is_alive, "it ends")

    assert machines.alive() == [False, True, True]


def test_two_that_lost_each_other_for_a_moment_end(machines: Machines) -> None:
    """Each has the larger part with the third, and has deleted what the other's clients listen to."""
    first, second, _ = NODES
    machines.ask(first, f"erlang:disconnect_node('{second}'), net_kernel:connect_node('{second}')")
    machines.until(lambda: not any(machines.alive()[:2]), "both end")


def test_one_whose_watch_begins_late_is_known_too(late: Machines) -> None:
    """Brokers that met before a watch was there: it was greeted by nobody, and the two that part here went on."""
    first, second, _ = NODES
    late.ask(first, f"erlang:disconnect_node('{second}'), net_kernel:connect_node('{second}')")
    late.until(lambda: not any(late.alive()[:2]), "both end")
