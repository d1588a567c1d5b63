"""A node whose flash is put back to an older image, on the real chain: every pack that it makes is stored, once.

The image has the epoch of the outbox before and a smaller next number, so the node writes other packs under numbers
that the gateway has stored and acknowledged already.
"""

import shutil
from pathlib import Path

import pytest

from tests.end_to_end.compare import assert_delivery
from tests.end_to_end.field import BATTERY, Field, FieldNode
from tests.end_to_end.running_site import RunningSite

BEFORE, AFTER = 20, 60
"""Packs that the node makes before the image is made, and between image and restore."""
FLASH = ("outbox", "memory0", "memory1", "configuration0", "configuration1")
MUTE = {"link_least_v": 60}
"""The battery never has so much, so the node measures and stays off the air."""


def copy_flash(source: Path, target: Path) -> None:
    """Make the files of the node's flash in `target` those of `source`, and no others."""
    for name in FLASH:
        shutil.rmtree(target / name, ignore_errors=True)
        (target / name).unlink(missing_ok=True)
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name)
        elif (source / name).exists():
            shutil.copy(source / name, target / name)


def make_packs(site: RunningSite, node: FieldNode, count: int) -> None:
    before = len(node.made())
    site.until(lambda: len(node.made()) >= before + count, f"{node.node} has made {count} packs")


def arrived(site: RunningSite) -> int:
    """Packs of n02 that the centre has, stored or in quarantine, of all its epochs."""
    query = "SELECT coalesce(sum(stored + quarantined), 0)::int FROM sequence_state WHERE sender = 'n02'"
    return int(str(site.rows(query)[0][0]))


@pytest.mark.parametrize("image", ["is told at once", "has overtaken what was acknowledged"])
def test_a_node_put_back_to_an_older_image_loses_nothing(
    site: RunningSite, field: Field, tmp_path: Path, image: str
) -> None:
    """Image, 60 packs acknowledged, image put back: the node begins another epoch, and all its packs arrive.

    Without a link, and so without the time, it first writes beyond the number that the gateway has acknowledged.
    """
    before = arrived(site)
    node = field.start("n02", interval_s=0.05, instruments=[BATTERY])
    make_packs(site, node, BEFORE)
    node.kill()
    copy_flash(node.folder, tmp_path)
    node.start()
    make_packs(site, node, AFTER)
    node.finish()
    assert_delivery(site, node)
    acknowledged, last, made = node.epoch, max(node.made()), len(node.made())
    copy_flash(tmp_path, node.folder)
    (node.folder / "produced.log").unlink()

    if image != "is told at once":
        node.start(**MUTE)
        site.until(lambda: max(node.made(), default=-1) > last + AFTER, "the image has overtaken the acknowledged")
        node.kill()
    node.start()
    make_packs(site, node, BEFORE)
    node.finish()

    assert arrived(site) - before >= made + len(node.made()), "freed by an ack of other packs"
    assert_delivery(site, node)
    assert node.epoch != acknowledged
    faults = "SELECT count(*)::int FROM instrument_fault WHERE node_id = 'n02' AND instrument_id = 'outbox'"
    assert site.rows(faults) != [(0,)], "nobody was told"
