"""The chain of batches: its numbers, and where they stand in a head."""

import zlib

import pytest

from codec import batch, cborbatch, chain, fastbatch
from codec.chain import Link
from wire import BadPack

LINK = Link("7d0c11f2", "00c0ffee")
BODY = batch.encode(batch.Batch("vale", "gw1", "", 0, 0, repeats=[("n07", 2)]))


def test_a_number_stands_for_a_batch_and_all_before_it() -> None:
    """It is the CRC-32 of all bodies one behind the other: zlib.crc32 of the whole is the second computation."""
    numbers = ["00000000"]
    for body in (b"one", b"two", b"three"):
        numbers.append(chain.grow(numbers[-1], body))

    assert numbers[3] == f"{zlib.crc32(b'onetwothree'):08x}"
    assert chain.grow(chain.grow("00000000", b"other"), b"two") != numbers[2]


@pytest.mark.parametrize("form", [batch, cborbatch])
@pytest.mark.parametrize("link", [LINK, None])
def test_a_head_states_its_place(form: object, link: Link | None) -> None:
    """Both readers find it, in both forms; an agent of protocol 1 states none."""
    empty = batch.Batch("vale", "gw1", "", 0, 0, repeats=[("n07", 2)])
    body = BODY if form is batch else cborbatch.encode(empty)
    sent = cborbatch.put_head(body, "vale", "gw1", "5c77e0d1", 12, oldest_unacked=3, link=link)

    assert fastbatch.decode_batch(sent).chain == batch.decode(sent).chain == link


@pytest.mark.parametrize("stated", ['"7d0c11f2"', '"7d0c11f2 00C0FFEE"', '"7d0c11f2 00c0ffee "', "7", "null"])
def test_what_is_no_place_is_refused(stated: str) -> None:
    """By both readers, with the field and what to send."""
    sent = batch.put_head(BODY, "vale", "gw1", "5c77e0d1", 12, oldest_unacked=3, link=LINK)
    bad = sent.replace(f'"{chain.text(LINK)}"'.encode(), stated.encode())

    for read in (batch.decode, fastbatch.decode_batch):
        with pytest.raises(BadPack, match=r"chain.*eight hex digits"):
            read(bad)


@pytest.mark.parametrize("form", [batch, cborbatch])
def test_a_batch_without_a_place_is_known_by_what_stands_behind_its_head(form: object) -> None:
    """Sent again its `kept` is another and its content the same."""
    body = BODY if form is batch else cborbatch.encode(batch.Batch("vale", "gw1", "", 0, 0, repeats=[("n07", 2)]))
    first, again = (
        cborbatch.json_of(cborbatch.put_head(body, "vale", "gw1", "5c77e0d1", 12, oldest_unacked=kept))
        for kept in (3, 11)
    )
    other = batch.put_head(BODY.replace(b"2", b"3"), "vale", "gw1", "5c77e0d1", 12, oldest_unacked=3)

    assert chain.of_content(first) == chain.of_content(again) != chain.of_content(other)
