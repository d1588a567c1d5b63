"""Compressed batches: the same content, a bound on what comes out, and refusals that both decoders share."""

import gzip
import random
import zlib

import pytest
from hypothesis import given, settings

from codec import batch, compression
from codec.batch import Batch
from tests.codec import generated
from tests.codec.test_fastbatch import same, same_together, verdict
from wire import limits

SMALL = batch.put_head(b"", "vale", "gw1", "9f3a01bc", 1, oldest_unacked=0)
LARGE = batch.put_head(
    batch.encode(Batch("vale", "gw1", "9f3a01bc", 1, 0, repeats=[("n07", 2)] * 400)),
    "vale",
    "gw1",
    "9f3a01bc",
    1,
    oldest_unacked=0,
)


@settings(max_examples=200, deadline=None)
@given(generated.seeds())
def test_a_compressed_batch_gets_the_verdict_of_the_batch(chance: random.Random) -> None:
    """Whatever a batch is, good or spoilt, compressed by Python's own zlib it is read or refused alike."""
    data = generated.batch_bytes(chance)
    if data[:1] == compression.FIRST:
        return
    expected = verdict(batch.decode, data)

    for level in (0, 1, 9):
        assert verdict(batch.decode, zlib.compress(data, level)) == expected
    same(zlib.compress(data))
    same_together([data, zlib.compress(data), generated.batch_bytes(chance)])


@settings(max_examples=200, deadline=None)
@given(generated.seeds())
def test_spoilt_streams_are_refused_alike(chance: random.Random) -> None:
    """A stream with a byte changed, cut or doubled gets one verdict from both decoders."""
    same(generated.bytes_changed(chance, zlib.compress(generated.batch_bytes(chance))))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zlib.compress(b" " * 100_000_000), "too-long"),
        (zlib.compress(b" " * (limits.MAX_BATCH_BYTES + 1)), "too-long"),
        (b"x" * (limits.MAX_BATCH_BYTES + 1), "too-long"),
        (zlib.compress(LARGE)[:-1], "truncated"),
        (zlib.compress(LARGE) + b"x", "trailing"),
        (zlib.compress(zlib.compress(LARGE)), "not-zlib"),
        (b"x", "truncated"),
        (b"xy", "not-zlib"),
        (zlib.compress(LARGE)[:-4] + b"\0\0\0\0", "not-zlib"),
        (gzip.compress(LARGE), "not-json"),
        (zlib.compress(b""), "empty"),
    ],
)
def test_what_is_no_batch_in_one_stream_is_refused(data: bytes, reason: str) -> None:
    """A bomb, a stream that is cut, followed, doubled or damaged, and another format."""
    assert verdict(batch.decode, data).startswith(f"('{reason}'")
    same(data)
    same_together([SMALL, data, LARGE])


def test_a_preset_dictionary_is_refused() -> None:
    """A stream that needs a dictionary (RFC 1950, FDICT) cannot be expanded."""
    stream = zlib.compressobj(zdict=b"vw1.frequency")
    assert verdict(batch.decode, stream.compress(LARGE) + stream.flush()).startswith("('not-zlib'")


def test_only_what_pays_is_compressed() -> None:
    """A small batch travels as it is, and so does one that would not become smaller; what is sent comes back."""
    noise = random.Random(1).randbytes(1000)

    assert compression.squeezed(SMALL) == SMALL
    assert compression.squeezed(noise) == noise
    assert len(compression.squeezed(LARGE)) < len(LARGE) / 10
    assert compression.expanded(compression.squeezed(LARGE)) == LARGE


def test_the_beginning_can_be_read_of_a_stream_that_is_broken_later() -> None:
    """Its place in the sequence is known even if the rest is not."""
    sent = zlib.compress(LARGE)

    assert compression.beginning(sent, 100) == LARGE[:100]
    assert compression.beginning(sent[:-20], 100) == LARGE[:100]
    assert compression.beginning(LARGE, 100) == LARGE[:100]
    assert compression.beginning(b"xyz", 100) == b""
