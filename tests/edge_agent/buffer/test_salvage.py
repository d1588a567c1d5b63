"""Salvage: files that are really damaged, what comes back of them, and what is named as unreadable."""

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from codec import batch
from codec.batch import Batch, PackRecord
from edge_agent.buffer.buffer import Buffer, GroupCommit
from edge_agent.buffer.salvage import salvage
from runtime.settings import BadSettings
from tailwatch.commands import gateway
from tests.edge_agent.world import EPOCH, T0_S, World, pack_bytes, wait_until
from wire import topics

BATCHES = 60
FREED = 10
PAGE = 4096
LIMIT_BYTES = 100_000_000
OBS, ACK = topics.obs("vale", "n07"), topics.ack("vale", "n07")
Damage = Callable[[bytearray], None]


def body(number: int) -> bytes:
    """A batch of a pack and some faults, as long as a page."""
    packs = [PackRecord("n07", T0_S * 1000, EPOCH, number, 0, status="stored", dropped=None, at_s=T0_S, late=0)]
    faults = [batch.FaultRecord(f"n07:fault.i{at}", T0_S * 1000, f"{number} {'x' * 180}") for at in range(20)]
    return batch.encode(Batch("vale", "gw1", EPOCH, 0, 0, packs=packs, repeats=[("n07", number)], faults=faults))


def torn(content: bytearray) -> None:
    del content[len(content) * 2 // 3 :]


def header(content: bytearray) -> None:
    content[:100] = b"x" * 100


def pages(content: bytearray) -> None:
    """Three pages amid the file become noise."""
    chance = random.Random(1)
    for page in (20, 21, 40):
        content[page * PAGE : (page + 1) * PAGE] = chance.randbytes(PAGE)


def nothing(content: bytearray) -> None:
    """The control."""


def damaged(folder: Path, damage: Damage) -> Path:
    """A buffer with batches 10 to 59, damaged."""
    file = folder / "buffer.sqlite.corrupt-1"
    buffer = Buffer(file, LIMIT_BYTES)
    for number in range(BATCHES):
        buffer.commit(GroupCommit(batches=(body(number),)))
    buffer.free(FREED - 1)
    buffer.close()
    content = bytearray(file.read_bytes())
    damage(content)
    file.write_bytes(content)
    return file


def numbers(buffer: Buffer) -> list[int]:
    """The packs in what waits, by their seq."""
    found = []
    for seq in range(buffer.oldest_unacked, buffer.next_seq):
        stored = buffer.batch(seq)
        assert stored is not None
        whole = batch.decode(batch.put_head(stored, "vale", "gw1", EPOCH, 0, oldest_unacked=0))
        assert whole.repeats == [] and len(whole.faults) == 20
        found += [pack.seq for pack in whole.packs]
    return found


@pytest.mark.parametrize(("damage", "least"), [(nothing, 50), (header, 50), (torn, 20), (pages, 40)])
def test_what_is_whole_goes_back_and_the_rest_is_named(tmp_path: Path, damage: Damage, least: int) -> None:
    """Each batch of 10 to 59 is either back, as it was, or named as unreadable; a second call puts nothing back."""
    file = damaged(tmp_path, damage)
    buffer = Buffer(tmp_path / "buffer.sqlite", LIMIT_BYTES)

    told = salvage(buffer, file, "vale", "gw1")
    again = salvage(buffer, file, "vale", "gw1")

    back = numbers(buffer)
    assert told.batches == told.packs == len(back) == len(set(back)) >= least
    if told.unreadable is not None:
        lost = {seq for first, last in told.unreadable for seq in range(first, last + 1)}
        assert set(back) | lost == set(range(FREED, BATCHES)) and not set(back) & lost
    assert (again.batches, again.before, again.unreadable) == (0, len(back), told.unreadable)
    assert (len(back) < BATCHES - FREED) is (damage in (torn, pages))


def test_a_flipped_bit_costs_one_batch(tmp_path: Path) -> None:
    """SQLite hands it out; its checksum tells."""
    file = damaged(tmp_path, nothing)
    with sqlite3.connect(file) as other:
        other.execute("UPDATE outbox SET body = substr(body, 1, 100) || x'00' || substr(body, 102) WHERE seq = 30")
    buffer = Buffer(tmp_path / "buffer.sqlite", LIMIT_BYTES)

    told = salvage(buffer, file, "vale", "gw1")

    assert (told.batches, told.unreadable, told.damaged) == (49, ((30, 30),), 1)
    assert 30 not in numbers(buffer)


def test_what_has_no_room_waits_for_another_call(tmp_path: Path) -> None:
    """The bound of the buffer holds; when the centre has acknowledged, the rest goes in, once."""
    file = damaged(tmp_path, nothing)
    buffer = Buffer(tmp_path / "buffer.sqlite", 60_000)

    first = salvage(buffer, file, "vale", "gw1")
    found = numbers(buffer)
    buffer.free(buffer.next_seq - 1)
    while (told := salvage(buffer, file, "vale", "gw1")).batches:
        found += numbers(buffer)
        buffer.free(buffer.next_seq - 1)

    assert first.waits > 0 and told.waits == 0
    assert found == list(range(FREED, BATCHES))


def test_a_file_of_which_nothing_can_be_read_is_told(tmp_path: Path) -> None:
    """It is not taken for an empty one."""
    file = tmp_path / "buffer.sqlite.corrupt-1"
    file.write_bytes(random.Random(2).randbytes(50_000))

    with pytest.raises(BadSettings, match="nothing of it can be read"):
        salvage(Buffer(tmp_path / "buffer.sqlite", LIMIT_BYTES), file, "vale", "gw1")


def test_the_command_brings_them_to_the_centre(world: World, tmp_path: Path) -> None:
    """A real agent: packs acknowledged to the node and not yet sent, the file scribbled on, the buffer set aside, the
    command, and all packs are at the centre, each once."""
    node, centre = world.node(), world.centre()
    node.subscribe(ACK)
    centre.acks_on = False
    with world.agent():
        for seq in range(20):
            node.publish(OBS, pack_bytes(seq, {"battery.voltage": 12 + seq / 100}, time_s=T0_S + seq))
        wait_until(lambda: any(b'"through":19' in ack for ack in node.on(ACK)), "the node is told")
    centre.batches.clear()
    file = world.settings.state_dir / "buffer.sqlite"
    file.write_bytes(b"x" * 100 + file.read_bytes()[100:])
    settings = tmp_path / "agent.toml"
    settings.write_text(settings_text(world))
    refused = CliRunner().invoke(gateway.app, ["salvage", str(settings)])
    with world.agent():
        running = CliRunner().invoke(gateway.app, ["salvage", str(settings)])
    done = CliRunner().invoke(gateway.app, ["salvage", str(settings)])
    centre.acks_on = True
    with world.agent() as agent:
        wait_until(lambda: len(centre.packs()) == 20 and agent._store.unacked == 0, "all packs at the centre")
    node.close()
    centre.close()

    assert (refused.exit_code, running.exit_code, done.exit_code) == (2, 2, 0)
    assert "no buffer was set aside here" in refused.output and "the agent runs; stop it" in running.output
    assert "with 20 packs put back, to be sent" in done.output and "nothing is missing" in done.output
    assert len([pack for one in centre.batches.values() for pack in one.packs]) == 20


def settings_text(world: World) -> str:
    """The world's settings as a file."""
    end = world.settings.uplink
    broker = f'host = "127.0.0.1"\nport = {end.port}\nuser = "{end.user}"\npassword_file = "{end.password_file}"\n'
    return (
        f'facility_file = "{world.settings.facility_file}"\nagent = "gw1"\nstate_dir = "{world.settings.state_dir}"\n'
        f"[site_broker]\n{broker}[uplink]\n{broker}"
    )
