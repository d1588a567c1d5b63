"""What travels between node and agent beside packs: birth, state, commands, configuration, acks, on real servers."""

import hashlib
import json
from typing import Any

from tests.firmware.agent import Agent
from tests.firmware.conftest import FAST, MakeNode
from tests.firmware.node_process import NodeProcess, until


def envelope(configuration: dict[str, Any]) -> tuple[str, bytes]:
    """(hash, payload of cmd/config)."""
    body = json.dumps(configuration).encode()
    name = hashlib.sha256(body).hexdigest()
    return name, b'{"hash":"%s","configuration":%s}' % (name.encode(), body)


def test_a_birth_says_what_the_node_is(agent: Agent, node: NodeProcess) -> None:
    """Firmware, board, serial numbers, channels with unit, configuration."""
    node.start()

    until(lambda: "birth" in agent.documents and "state" in agent.documents, "birth and state")
    birth = agent.documents["birth"]
    assert (birth["board"], birth["channels"]) == ("unix", {"battery.voltage": "V"})
    assert birth["configuration"] == "first"
    assert agent.documents["state"]["state"] == "online"


def test_a_dead_node_is_offline_by_its_will(agent: Agent, node: NodeProcess) -> None:
    """kill -9: the broker says it."""
    node.start()
    until(lambda: agent.documents.get("state", {}).get("state") == "online", "online")

    node.kill()

    until(lambda: agent.documents["state"].get("state") != "online", "another state")
    assert agent.documents["state"] == {"state": "offline"}


def test_a_sleeping_node_says_until_when(agent: Agent, make_node: MakeNode) -> None:
    """A node that does not hold its link leaves without its will, and its packs are there."""
    changes = {"interval_s": 5, "hold_link_below_s": 1, "mark_wait_s": 0.2}
    sleeper = make_node(configuration=changes)

    sleeper.start()

    until(lambda: agent.documents.get("state", {}).get("state") == "sleeping", "sleeping")
    (pack,) = agent.packs.values()
    assert pack.records[0].time_ms is not None
    assert abs(agent.documents["state"]["until"] - pack.records[0].time_ms / 1000) <= 6


def test_a_configuration_is_applied_and_survives_a_reset(agent: Agent, node: NodeProcess) -> None:
    """Retained, checked, answered with its hash, in the next birth, and in force after a kill."""
    name, payload = envelope({**FAST, "instruments": [{"id": "main", "driver": "battery"}]})
    node.start()
    until(lambda: agent.seqs(), "first packs")

    agent.command("config", payload)

    until(lambda: agent.replies.get("config") == [{"hash": name, "result": "applied"}], "reply")
    until(lambda: agent.documents["birth"]["configuration"] == name, "birth")
    assert agent.documents["birth"]["channels"] == {"main.voltage": "V"}
    node.kill()
    agent.documents.clear()
    node.start()
    until(lambda: agent.documents.get("birth", {}).get("configuration") == name, "birth after the reset")


def test_a_bad_configuration_is_refused_and_the_old_one_stays(agent: Agent, node: NodeProcess) -> None:
    """Unknown key, wrong hash, and one that is too long for the node: each is answered, packs go on."""
    good = {**FAST}
    name, unknown = envelope({**good, "colour": "red"})
    long = b'{"hash":"' + b"0" * 64 + b'","configuration":' + b" " * 20000 + b"{}}"
    node.start()
    until(lambda: agent.seqs(), "first packs")

    agent.command("config", unknown)
    agent.command("config", envelope(good)[1].replace(b"0.1", b"0.2"))
    agent.command("config", long)

    until(lambda: len(agent.replies.get("config", [])) >= 3, "three replies")
    replies = agent.replies["config"]
    assert [reply["result"] for reply in replies] == ["refused"] * 3
    assert replies[0]["hash"] == name and "colour" in replies[0]["reason"]
    before = len(agent.seqs())
    until(lambda: len(agent.seqs()) > before + 2, "packs go on")
    assert agent.documents["birth"]["configuration"] == "first"


def test_commands_are_carried_out_once(agent: Agent, node: NodeProcess) -> None:
    """The agent repeats until it has the reply; the reply is the same, also after a reset."""
    node.start()
    until(lambda: agent.seqs(), "first packs")
    command = b'{"id":"c1","interval_s":0.25}'

    agent.command("interval", command)
    until(lambda: agent.replies.get("interval"), "reply")
    agent.command("selftest", b'{"id":"c2"}')
    until(lambda: agent.replies.get("selftest"), "report")
    node.kill()
    node.start()
    agent.command("interval", command)
    until(lambda: agent.documents["birth"]["boot"] == 2 and agent.seqs(), "second boot")
    agent.command("interval", command)

    until(lambda: len(agent.replies["interval"]) >= 2, "repeated reply")
    assert {json.dumps(reply) for reply in agent.replies["interval"]} == {'{"id": "c1", "result": "done"}'}
    report = agent.replies["selftest"][0]["report"]
    assert report["heap_free_bytes"] > 0 and report["faults"] == []


def test_wrong_acks_free_nothing(agent: Agent, node: NodeProcess) -> None:
    """One of another epoch, and one beyond the last pack: everything is sent again, in an epoch that is new."""
    agent.acks_on = False
    node.start()
    until(lambda: len(agent.seqs()) > 3, "packs")
    epoch = next(iter(agent.packs))[0]

    agent.ack("00000000", 2)
    agent.ack(epoch, 100000)

    until(lambda: any(seq == 0 and other != epoch for other, seq in list(agent.packs)), "all in another epoch")
    until(lambda: any(r.name == "fault.outbox" for p in list(agent.packs.values()) for r in p.records), "it is told")
    assert max(pack.oldest_unacked for pack in agent.packs.values()) == 0


def test_the_clock_jumps_and_the_step_is_told(agent: Agent, make_node: MakeNode) -> None:
    """An agent that is a day off: new packs follow it, a fault names the step."""
    changes = {"refresh_time_after_s": 1}
    jumper = make_node(configuration=changes)
    jumper.start()
    until(lambda: len(agent.seqs()) > 3, "packs")

    agent.clock_step_ms = -86400000

    def faults() -> list[str]:
        return [r.text for p in list(agent.packs.values()) for r in p.records if r.name == "fault.clock" and r.text]

    until(faults, "a fault that names the step")
    assert -86401000 < int(faults()[0].split()[2]) < -86399000
