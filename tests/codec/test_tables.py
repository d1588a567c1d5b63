"""The printed contract: complete, and its examples are valid."""

import re

from codec import batch, pack, tables
from wire import limits, names


def test_every_limit_is_described() -> None:
    """Each constant of `limits` stands in the table with its value, and nothing else does."""
    assert set(tables.LIMITS) == {name for name in vars(limits) if name.isupper()}


def test_every_reserved_record_is_described() -> None:
    """The table of reserved records is the list in the code."""
    assert tuple(tables.RESERVED) == names.RESERVED


def test_the_examples_are_valid() -> None:
    """The pack and the batch of the document are read by the reference."""
    blocks = re.findall(r"```json\n(.*?)```", tables.document(), re.DOTALL)

    assert pack.decode(blocks[0].strip().encode()).seq == 4711
    assert batch.decode(blocks[4].strip().encode()).quarantine[0].seq == 4712


def test_the_example_in_cbor_is_the_one_in_json() -> None:
    """The bytes that the page prints in hex are the batch that it prints as JSON."""
    json = re.findall(r"```json\n(.*?)```", tables.document(), re.DOTALL)[4]
    whole, other = batch.decode(json.strip().encode()), batch.decode(bytes.fromhex(_hex(tables.cbor_batches())))

    assert (other.observations, other.packs, other.faults) == (whole.observations, whole.packs, whole.faults)


def _hex(section: str) -> str:
    return section.split("```")[1]


def test_the_topics_are_shown_with_their_parts() -> None:
    """Topic, direction, quality of service and retained flag of the design's table."""
    shown = tables.topics_table()

    assert "| `tw/1/{facility}/{node}/obs` | node | agent | 1 |  | pack |" in shown
    assert "| `tw/1/{facility}/_edge/{agent}/ack` | ingest | agent | 1 | yes | ack |" in shown
    assert len(shown.splitlines()) == 2 + len(tables.TOPICS)
