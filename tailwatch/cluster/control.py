"""How the brokers of a cluster stand, and what a person changes in it, by RabbitMQ's own `rabbitmqctl`.

One expression asks the broker of this machine for all of it: of `list_queues` each broker answers by itself to the
caller, whose name the others may not resolve, and it then hangs (RabbitMQ 4.0.5).
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from tailwatch.cluster.file import ClusterFile, NoSuchMachine
from tailwatch.cluster.rabbitmq import Peer, RabbitMQ
from tailwatch.cluster.site import here
from tailwatch.process import completed

WITHIN_S: Final = 120.0
NAMES: Final = "tailwatch."
EXPRESSION: Final = """\
Keys = [messages, members, online, leader, consumers],
Read = fun(Queue) ->
    {_, Leader} = amqqueue:get_pid(Queue),
    {resource, _, _, Name} = amqqueue:get_name(Queue),
    maps:from_list([{name, Name} | erpc:call(Leader, rabbit_amqqueue, info, [Queue, Keys], 10000)])
end,
Queues = [Read(Queue) || Queue <- rabbit_amqqueue:list(<<"/">>), amqqueue:is_quorum(Queue)],
io:format("~s~n", [rabbit_json:encode(#{running => rabbit_nodes:list_running(), queues => Queues,
    alarms => length(rabbit_alarm:get_alarms())})])."""
"""Only the leader of a queue knows what waits in it and who takes from it."""


class BrokerRefuses(Exception):
    """The broker of this machine does not do what is asked; the sentence has its words."""


class QueueStanding(msgspec.Struct, frozen=True):
    """One queue of batches: what waits in it, and which brokers hold it and live."""

    name: str
    messages: int
    members: tuple[str, ...]
    online: tuple[str, ...]
    leader: str
    consumers: int


class ClusterStanding(msgspec.Struct, frozen=True):
    """The brokers by name and whether each runs, and the queues."""

    running: dict[str, bool]
    alarms: int
    queues: tuple[QueueStanding, ...]

    @property
    def is_well(self) -> bool:
        """All brokers run, and hold every queue, and somebody takes from it."""
        whole = all(len(one.online) == len(self.running) and one.consumers for one in self.queues)
        return all(self.running.values()) and whole and not self.alarms and bool(self.queues)

    def lines(self) -> Iterator[str]:
        """Yield what a person reads."""
        for name, runs in self.running.items():
            yield f"{name}: {'runs' if runs else 'does not run'}"
        yield f"alarms: {self.alarms}"
        for one in self.queues:
            held = f"held by {len(one.online)} of {len(self.running)}, leader {one.leader}"
            yield f"{one.name}: {one.messages} waiting, {one.consumers} workers, {held}"


def standing(state: Path, file: ClusterFile) -> ClusterStanding:
    """Ask the broker of this machine. Raises BrokerRefuses, NoSuchMachine."""
    return standing_of(_broker(state, file), file)


def standing_of(broker: RabbitMQ, file: ClusterFile) -> ClusterStanding:
    """Ask one broker. Raises BrokerRefuses."""
    said = _run(broker, "eval", EXPRESSION).partition("\n")[0]
    try:
        return _read(msgspec.json.decode(said), file)
    except (msgspec.DecodeError, TypeError, KeyError) as error:
        raise BrokerRefuses(f"the broker of {broker.machine.name} does not know how it stands yet: {said}") from error


def _read(said: dict[str, Any], file: ClusterFile) -> ClusterStanding:
    names = {Peer(one.address).node: one.name for one in file.of_role("broker")}

    def named(nodes: list[str]) -> tuple[str, ...]:
        return tuple(sorted(names.get(node, node) for node in nodes))

    queues = tuple(
        QueueStanding(
            name=row["name"],
            messages=int(row["messages"]),
            members=named(row["members"]),
            online=named(row["online"]),
            leader=names.get(row["leader"], row["leader"]),
            consumers=int(row["consumers"]),
        )
        for row in sorted(said["queues"], key=lambda one: str(one["name"]))
        if row["name"].startswith(NAMES)
    )
    running = set(said["running"])
    return ClusterStanding({name: node in running for node, name in names.items()}, said["alarms"], queues)


def forget(state: Path, file: ClusterFile, name: str) -> None:
    """Have the brokers forget one of them that does not run. Raises BrokerRefuses, NoSuchMachine."""
    gone = file.machine(name)
    _run(_broker(state, file), "forget_cluster_node", Peer(gone.address).node)


def _broker(state: Path, file: ClusterFile) -> RabbitMQ:
    """The broker of this machine, whose folder has what it takes to speak with it."""
    machine = next((one for one in here(file) if "broker" in one.roles), None)
    if machine is None:
        raise NoSuchMachine("this machine runs no broker; ask on one that does")
    peers = [Peer(one.address) for one in file.of_role("broker")]
    return RabbitMQ(state / f"rabbitmq-{machine.name}", machine, peers, file.broker)


def _run(broker: RabbitMQ, *words: str) -> str:
    command = broker.control("--quiet", *words)
    if not broker.folder.exists():
        raise BrokerRefuses(f"{broker.folder} is not there: the broker of {broker.machine.name} never ran here")
    try:
        done = completed(command, WITHIN_S)
    except subprocess.TimeoutExpired as error:
        raise BrokerRefuses(f"the broker of {broker.machine.name} does not answer within {WITHIN_S:.0f} s") from error
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip()).partition("\n")[0]
        raise BrokerRefuses(f"the broker of {broker.machine.name} says: {said}")
    return done.stdout
