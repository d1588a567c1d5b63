"""The whole agent between a real broker, nodes and a centre; killed, cut off and confused."""

import json
import random
import signal
import subprocess
import time

from edge_agent.receive.receivers import csv_folder
from edge_agent.report.status_report import read_sheet
from edge_agent.report.status_report_text import sheet_text
from edge_agent.values import Mapping
from tests.edge_agent.test_main import settings_file, started
from tests.edge_agent.world import EPOCH, T0_S, Centre, Client, World, pack_bytes, wait_until
from tests.fake_clock import FakeClock
from wire import acks, limits, topics

OBS, ACK = topics.obs("vale", "n07"), topics.ack("vale", "n07")
PACKS = 1000
KILLS = 6


class StubbornNode:
    """Keeps packs until they are acknowledged and sends them again, after wire.md section 4 (with a short patience)."""

    def __init__(self, world: World, packs: int, epoch: str = EPOCH) -> None:
        self.client: Client = world.node()
        self.client.subscribe(ACK)
        self.packs, self.epoch = packs, epoch
        self.acked = -1

    def hear(self) -> int:
        for payload in self.client.on(ACK):
            epoch, through = acks.decode(payload)
            if epoch == self.epoch and through > self.acked:
                assert through < self.packs, "an ack beyond what was written"
                self.acked = through
        return self.acked

    def send_window(self) -> None:
        first = self.acked + 1
        for seq in range(first, min(first + limits.MAX_UNACKED, self.packs)):
            self.client.client.publish(OBS, pack_of(seq, first, self.epoch), 1)
        before = self.acked
        until_s = time.monotonic() + 0.5
        while self.hear() == before and time.monotonic() < until_s:
            time.sleep(0.01)


def pack_of(seq: int, oldest_unacked: int = 0, epoch: str = EPOCH) -> bytes:
    """Pack number `seq` of a node that measures each minute; nodes of other epochs measure at other seconds."""
    readings: dict[str, float | str] = {"vw1.frequency": 2800.0 + seq, "vw1.thermistor": 4821.0}
    time_s = T0_S - 60 * (PACKS - seq) + int(epoch, 16) % 60
    return pack_bytes(seq, readings, oldest_unacked=oldest_unacked, epoch=epoch, time_s=time_s)


def frequencies(centre: Centre) -> list[float | None]:
    """What the centre has of the wire, in the order of time."""
    return [row.value for (name, _), row in sorted(centre.observations().items()) if name == "n07:vw1.frequency"]


def repeats_at(centre: Centre) -> dict[str, int]:
    """How many copies of packs the centre was told of so far, by node: each batch says all until then."""
    batches = dict(centre.batches)
    return dict(pair for seq in sorted(batches) for pair in batches[seq].repeats)


def end(running: subprocess.Popen[str], by: signal.Signals) -> None:
    running.send_signal(by)
    running.communicate(timeout=60)


def test_a_pack_becomes_a_batch_and_an_ack(world: World) -> None:
    """A reading that a node publishes reaches the centre derived and judged, and the node is told that it is stored."""
    node, centre = world.node(), world.centre()
    node.subscribe(ACK)
    with world.agent():
        node.publish(OBS, pack_bytes(0, {"vw1.frequency": 2831.4, "vw1.thermistor": 4821}))
        wait_until(lambda: node.on(ACK), "an ack")
        wait_until(lambda: centre.packs(), "a batch")
    node.close()
    centre.close()

    assert acks.decode(node.on(ACK)[-1]) == (EPOCH, 0)
    rows = centre.observations()
    assert rows["n07:vw1.frequency", T0_S * 1000].value == 2831.4
    assert {"n07:vw1.temperature", "n07:vw1.pressure", "n07:vw1.level"} <= {name for name, _ in rows}


def test_a_node_gets_time_and_configuration(world: World) -> None:
    """Its question is answered at once, its configuration waits for it retained."""
    node = world.node()
    node.subscribe(topics.time_reply("vale", "n07"), topics.config("vale", "n07"))
    with world.agent():
        node.publish(topics.time("vale", "n07"), b'{"nonce":42}', 0)
        wait_until(lambda: node.on(topics.time_reply("vale", "n07")), "the time")
        wait_until(lambda: node.on(topics.config("vale", "n07")), "the configuration")
    node.close()

    reply = json.loads(node.on(topics.time_reply("vale", "n07"))[0])
    assert reply["nonce"] == 42
    assert abs(reply["ms"] / 1000 - time.time()) < 60


def test_the_centre_hears_at_once_of_a_lost_link_and_of_a_clock_that_is_never_set(world: World) -> None:
    """The broker says offline in a node's name; a node asks again for the time: the agent's state says both."""
    node, centre = world.node(), world.centre()

    def told() -> dict[str, dict[str, object]]:
        documents = [json.loads(payload) for payload in centre.on(topics.agent_state("vale", "gw1"))]
        return dict(documents[-1].get("nodes", {}).get("n07", {})) if documents else {}

    with world.agent():
        wait_until(lambda: centre.on(topics.agent_state("vale", "gw1")), "a first state")
        node.publish(topics.state("vale", "n07"), b'{"state":"offline"}')
        for nonce in (1, 2):
            node.publish(topics.time("vale", "n07"), b'{"nonce":%d}' % nonce, 0)
        wait_until(lambda: told().get("asks_time") is True and "lost_ms" in told(), "what the node said")
        unwell = told()
        node.publish(topics.state("vale", "n07"), b'{"state":"online"}')
        wait_until(lambda: "lost_ms" not in told(), "the link is there again")
        well = told()
    node.close()
    centre.close()

    assert abs(float(str(unwell["lost_ms"])) / 1000 - time.time()) < 60 and unwell["asks_time"] is True
    assert well == {"asks_time": True}


def test_a_refused_configuration_is_told_until_one_is_taken(world: World) -> None:
    """A node answers its retained configuration; a refusal stands in the agent's state, an answer to another does not.

    What was too long to be read has no hash, and is a refusal too.
    """
    node, centre = world.node(), world.centre()
    node.subscribe(topics.config("vale", "n07"))

    def told() -> dict[str, object]:
        documents = [json.loads(payload) for payload in centre.on(topics.agent_state("vale", "gw1"))]
        return dict(documents[-1].get("nodes", {}).get("n07", {})) if documents else {}

    def answer(**more: str) -> None:
        node.publish(topics.reply("vale", "n07", "config"), json.dumps(more).encode())

    with world.agent():
        wait_until(lambda: node.on(topics.config("vale", "n07")), "the configuration")
        own = json.loads(node.on(topics.config("vale", "n07"))[0])["hash"]
        answer(hash=own, result="refused", reason="unknown driver")
        wait_until(lambda: told() == {"refused": "unknown driver"}, "the refusal")
        answer(hash="ab" * 32, result="applied")
        answer(result="refused", reason="longer than 4096 bytes")
        wait_until(lambda: told() == {"refused": "longer than 4096 bytes"}, "the second refusal")
        answer(hash=own, result="applied")
        wait_until(lambda: told() == {}, "the configuration is taken")
    node.close()
    centre.close()


def test_kill_9_at_random_moments_loses_nothing(world: World) -> None:
    """The agent dies again and again while a node sends; in the end each pack is at the centre, acked, once."""
    node, centre, chance = StubbornNode(world, PACKS), world.centre(), random.Random(5)
    file = settings_file(world)
    for kill in range(KILLS + 1):
        running = started(file)
        until_s = time.monotonic() + chance.uniform(0.3, 1.2)
        while (kill == KILLS or time.monotonic() < until_s) and node.acked < PACKS - 1:
            node.send_window()
        if kill == KILLS:
            wait_until(lambda: len(centre.packs()) == PACKS, "all packs")
        end(running, signal.SIGTERM if kill == KILLS else signal.SIGKILL)
    node.client.close()
    centre.close()

    assert centre.packs() == {("n07", EPOCH, seq) for seq in range(PACKS)}
    assert frequencies(centre) == [2800.0 + seq for seq in range(PACKS)]


def test_a_killed_broker_loses_nothing(world: World) -> None:
    """Sessions, queues and retained acks are gone with it; resending and acks bring all of it through."""
    node, centre = StubbornNode(world, PACKS), world.centre()
    with world.agent():
        for _ in range(3):
            node.send_window()
            centre.subscribed.clear()
            world.broker.kill()
            world.broker.run()
            wait_until(centre.subscribed.is_set, "the centre again")
        until_s = time.monotonic() + 120
        while node.acked < PACKS - 1 and time.monotonic() < until_s:
            node.send_window()
        wait_until(lambda: len(centre.packs()) == PACKS, "all packs")
        # The ack is retained again, although the last pack came long before this connect.
        late = world.node()
        late.subscribe(ACK)
        wait_until(lambda: late.on(ACK), "a retained ack")
        late.close()
    node.client.close()
    centre.close()

    assert centre.packs() == {("n07", EPOCH, seq) for seq in range(PACKS)}
    assert acks.decode(late.on(ACK)[0]) == (EPOCH, PACKS - 1)


def test_a_centre_that_acks_nothing_gets_all_of_it_later(world: World) -> None:
    """What is not acknowledged is kept, sent again after its patience, and freed by the ack alone."""
    node, centre = StubbornNode(world, 50), world.centre()
    centre.acks_on = False
    with world.agent(resend_after_s=0.5) as agent:
        while node.acked < 49:
            node.send_window()
        wait_until(lambda: agent._store.unacked == len(centre.batches), "all batches at the centre")
        sent = len(centre.on(topics.batch("vale", "gw1")))
        wait_until(lambda: len(centre.on(topics.batch("vale", "gw1"))) > sent, "a second sending")
        assert agent._store.unacked == len(centre.batches)
        centre.ack(agent._store.buffer.epoch)
        wait_until(lambda: agent._store.unacked == 0, "an empty outbox")
    node.client.close()
    centre.close()


def test_a_drop_folder_goes_the_same_way(world: World) -> None:
    """A logger's file becomes batches, and is moved."""
    mapping = Mapping(time_column="Time", time_zone="UTC", columns={"P": "n01:baro.pressure"})
    folder, centre = world.folder / "drop", world.centre()
    folder.mkdir()
    (folder / "a.csv").write_text("Time,P\n2025-06-01 00:00,960.8\n2025-06-01 00:05,oops\n2025-06-01 00:10,961.0\n")
    with world.agent(receivers=(csv_folder.Settings(folder, mapping),)):
        wait_until(lambda: (folder / "stored" / "a.csv").exists(), "the move")
        wait_until(lambda: centre.batches, "a batch")
    centre.close()

    assert [row.value for row in centre.observations().values()] == [960.8, 961.0]
    assert [one.reason for found in centre.batches.values() for one in found.quarantine] == ["bad-number"]


def test_packs_in_any_order_and_again_are_stored_once(world: World) -> None:
    """Each pack three times, shuffled: the ack waits for the gaps, the repeats are counted, nothing stands twice."""
    node, centre, chance = world.node(), world.centre(), random.Random(8)
    node.subscribe(ACK)
    order = [seq for seq in range(60) for _ in range(3)]
    chance.shuffle(order)
    with world.agent():
        for seq in order:
            node.client.publish(OBS, pack_of(seq), 1)
        wait_until(lambda: node.on(ACK) and acks.decode(node.on(ACK)[-1]) == (EPOCH, 59), "the ack of the last pack")
        wait_until(lambda: sum(len(one.packs) for one in list(centre.batches.values())) == 60, "all packs")
        # Copies that come after the last gap was filled are counted in a batch of their own.
        wait_until(lambda: repeats_at(centre) == {"n07": 120}, "the count of all copies")
    node.close()
    centre.close()

    assert frequencies(centre) == [2800.0 + seq for seq in range(60)]
    assert repeats_at(centre) == {"n07": 120}


def test_two_nodes_with_one_id_lose_nothing(world: World) -> None:
    """The broker throws each off when the other comes; their epochs keep them apart, so both end up stored."""
    epochs = ("00000001", "00000002")
    centre = world.centre()
    with world.agent():
        nodes = [StubbornNode(world, 40, epoch) for epoch in epochs]
        until_s = time.monotonic() + 120
        while any(node.acked < 39 for node in nodes) and time.monotonic() < until_s:
            for node in nodes:
                node.send_window()
        wait_until(lambda: len(centre.packs()) == 80, "all packs of both")
    for node in nodes:
        node.client.close()
    centre.close()

    assert centre.packs() == {("n07", epoch, seq) for epoch in epochs for seq in range(40)}
    assert frequencies(centre) == [2800.0 + seq for seq in range(40) for _ in epochs]


def test_a_clock_that_steps_loses_nothing(world: World) -> None:
    """The gateway's time of day goes a year forward and a day back; packs keep their own times, and all arrive once."""
    node, centre, clock = StubbornNode(world, 300), world.centre(), FakeClock(world.folder)
    running = started(settings_file(world), clock.environment)
    for share, offset in enumerate(("+1y", "-1d", "+0"), 1):
        while node.acked < 100 * share - 1:
            node.send_window()
        clock.step(offset)
    wait_until(lambda: len(centre.packs()) == 300, "all packs")
    end(running, signal.SIGTERM)
    node.client.close()
    centre.close()

    assert centre.packs() == {("n07", EPOCH, seq) for seq in range(300)}
    assert frequencies(centre) == [2800.0 + seq for seq in range(300)]


def test_a_full_buffer_says_why_until_the_centre_acks(world: World) -> None:
    """The state at the centre, the sheet at the gateway and the log name the bound; an ack ends it."""
    node, centre = world.node(), world.centre()
    centre.acks_on, heavy = False, 300

    def told() -> dict[str, object] | None:
        documents = [json.loads(payload) for payload in centre.on(topics.agent_state("vale", "gw1"))]
        found: dict[str, object] | None = documents[-1]["takes_nothing"] if documents else None
        return found

    def sheet() -> str:
        return sheet_text(read_sheet(world.settings, time.time_ns() // 1_000_000, world.log))

    with world.agent(max_buffer_mb=1):
        for seq in range(heavy):
            node.client.publish(OBS, pack_bytes(seq, {f"fault.i{at}": "x" * 190 for at in range(30)}), 1)
        wait_until(lambda: told() is not None, "the centre hears of it")
        reported = told()
        wait_until(lambda: "TAKES NOTHING IN" in sheet(), "the sheet says so")
        read = sheet()
        centre.acks_on = True
        for epoch in {epoch for epoch, _ in list(centre.batches)}:
            centre.ack(epoch)
        wait_until(lambda: told() is None and len(centre.packs()) == heavy, "it takes in again, and all is there")
    node.close()
    centre.close()

    assert reported is not None and (reported["reason"], reported["limit_bytes"]) == ("buffer-full", 1_000_000)
    assert "of the 1000000 bytes of max_buffer_mb are used" in read
    assert world.said("ERROR cannot-store reason=buffer-full detail=") >= 1
