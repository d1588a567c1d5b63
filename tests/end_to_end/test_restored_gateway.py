"""A gateway whose card is put back to an older image, on the real chain: every pack is stored, once.

The image has the epoch of the buffer before and a smaller next number, so the gateway writes other batches under
numbers that the centre has stored and acknowledged already.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path

import pytest

from tailwatch import system_users
from tests.end_to_end.compare import assert_delivery
from tests.end_to_end.field import BATTERY, Field, FieldNode
from tests.end_to_end.running_site import AGENT, RunningSite, agent_backlog

BEFORE, AFTER = 20, 60
"""Batches that the agent writes before the image is made, and between image and restore."""
DIFFERS = "SELECT count(*)::int FROM quarantine WHERE sender = '_edge/gw1' AND reason = 'content-differs'"


@pytest.fixture(scope="module", autouse=True)
def quick_agent(site: RunningSite) -> Iterator[None]:
    """An agent that makes a batch of each pack: at ten a second these tests would only wait for batches."""
    file = site.state.folder / "settings" / f"{AGENT}.toml"
    before = file.read_text()
    file.write_text(f"group_commit_ms = 10\n{before}")
    site.kill(AGENT)
    yield
    file.write_text(before)
    site.kill(AGENT)


def folder(site: RunningSite) -> Path:
    return site.folder / "state" / "agents" / AGENT


def position(site: RunningSite) -> tuple[str, int]:
    """The epoch of the agent's buffer and the number of the batch that it writes next."""
    with closing(sqlite3.connect(folder(site) / "buffer.sqlite")) as buffer:
        epoch, next_seq = buffer.execute("SELECT epoch, next_seq FROM agent").fetchone()
    return str(epoch), int(next_seq)


def write_batches(site: RunningSite, count: int) -> None:
    """Wait until the agent has written so many batches more."""
    first = position(site)[1]
    site.until(lambda: position(site)[1] >= first + count, f"the agent has written {count} batches")


def start(site: RunningSite, field: Field) -> FieldNode:
    node = field.start("n02", interval_s=0.02, instruments=[BATTERY])
    site.until(node.stored_count, "the first packs are stored")
    return node


def copy_image(site: RunningSite) -> Path:
    """Copy the agent's folder while the agent is down."""
    image = site.folder / "image"
    shutil.rmtree(image, ignore_errors=True)
    shutil.copytree(folder(site), image)
    return image


def put_back(site: RunningSite, image: Path) -> None:
    shutil.rmtree(folder(site))
    shutil.copytree(image, folder(site))
    system_users.give_all(folder(site), site.site.users.edge)


@pytest.mark.parametrize("centre", ["answers at once", "answers once the image has overtaken it"])
def test_a_gateway_put_back_to_an_older_image_loses_nothing(site: RunningSite, field: Field, centre: str) -> None:
    """Image, 60 batches acknowledged, image put back: the agent begins another epoch, and all its packs arrive.

    Without the link to the centre it first writes beyond the number that the centre has acknowledged.
    """
    node = start(site, field)
    write_batches(site, BEFORE)
    with site.down(AGENT):
        image = copy_image(site)
    write_batches(site, AFTER)
    node.kill()
    site.until(lambda: agent_backlog(site) == 0, "the centre has acknowledged all of them")
    since = len(site.lines)
    with site.down(AGENT):
        acknowledged = position(site)
        put_back(site, image)
        written = position(site)
    assert written[0] == acknowledged[0] and written[1] <= acknowledged[1] - AFTER
    node.start()
    with site.down("ingest") if centre != "answers at once" else nullcontext():
        write_batches(site, 2 * AFTER)
    node.finish()

    assert_delivery(site, node)
    assert position(site)[0] != acknowledged[0]
    assert site.has_told(since, AGENT, "buffer-restored")


def test_an_agent_that_goes_on_with_its_own_folder_keeps_its_epoch(site: RunningSite, field: Field) -> None:
    """The control: the image is put back before anything was written after it."""
    node, refused = start(site, field), site.rows(DIFFERS)
    write_batches(site, BEFORE)
    since = len(site.lines)
    with site.down(AGENT):
        before = position(site)
        put_back(site, copy_image(site))
    write_batches(site, BEFORE)
    node.finish()

    assert_delivery(site, node)
    assert position(site)[0] == before[0]
    assert not site.has_told(since, AGENT, "buffer-restored") and site.rows(DIFFERS) == refused
