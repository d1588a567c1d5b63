"""The protocol of a head: read whatever a later one has behind it, and 1 where nothing is stated."""

from typing import Any

import pytest

from codec import batch, cborbatch, compression, head, pack, pack_text
from codec.batch import Batch
from codec.senml import CBOR, JSON
from wire import BadPack, limits

READINGS: list[tuple[str, float | str, str | None, float]] = [("vw1.frequency", 2831.4, "Hz", 0.0)]


def packed(protocol: int, content_type: str = JSON) -> bytes:
    body = pack_text.body(READINGS, content_type=content_type)
    return pack_text.put_head(
        body, "vale:n07:", 1764079200, "9f3a01bc", 3, oldest_unacked=0, content_type=content_type, protocol=protocol
    )


@pytest.mark.parametrize("content_type", [JSON, CBOR])
@pytest.mark.parametrize("protocol", [1, 2, 3, 2**31 - 1])
def test_a_pack_states_its_protocol(protocol: int, content_type: str) -> None:
    """In both forms, alone and in the whole; 1 costs no byte."""
    data = packed(protocol, content_type)

    assert head.stated(data, content_type) == pack.decode(data, content_type).protocol == protocol
    assert (b"p" in data[:8] or packed(1) in data) == (protocol == 1) or b'"p":' in data or content_type == CBOR


def test_a_pack_of_release_0_1_and_one_of_this_release_are_the_same_bytes() -> None:
    """Nothing changed in packs, so a node states nothing: no airtime. Bytes as release 0.1 wrote them."""
    assert packed(1) == (
        b'[{"bn":"vale:n07:","bt":1764079200,"n":"epoch","vs":"9f3a01bc"},{"n":"seq","v":3},{"n":"kept","v":0},'
        b'{"n":"vw1.frequency","u":"Hz","v":2831.4}]'
    )


@pytest.mark.parametrize("form", [batch, cborbatch])
@pytest.mark.parametrize("protocol", [1, 2, 3])
def test_a_batch_states_its_protocol(form: Any, protocol: int) -> None:
    """In JSON and CBOR, compressed or not."""
    body = form.encode(Batch("vale", "gw1", "9f3a01bc", 0, 0))
    data = form.put_head(body, "vale", "gw1", "9f3a01bc", 0, oldest_unacked=0, protocol=protocol)
    beginning = cborbatch.json_of(compression.beginning(compression.squeezed(data * 1), limits.BATCH_HEAD_BYTES))

    assert head.stated(beginning) == batch.decode(data).protocol == protocol


@pytest.mark.parametrize(
    ("data", "stated"),
    [
        (b'[{"bn":"vale:","n":"_edge.gw1.epoch","vs":"9f3a01bc","p":3,"new":true},{"n":17}', 3),
        (b'[{"p":3},broken', 3),
        (b'[{"bn":"vale:","n":"_edge.gw1.epoch","vs":"9f3a01bc"},{"p":3}]', 1),
        (b'[{"p":"3"}]', 1),
        (b'[{"p":0}]', 1),
        (b"rubbish", 1),
        (b"", 1),
        (b"[]", 1),
    ],
)
def test_it_is_read_whatever_stands_behind_it(data: bytes, stated: int) -> None:
    """Other labels, a rest that breaks; what states no version counts as the first protocol, and is refused by it."""
    assert head.stated(data) == stated


@pytest.mark.parametrize("stated", [b"0", b"-1", b'"2"', b"2.5", b"2147483648", b"true"])
def test_a_version_that_is_none_is_refused(stated: bytes) -> None:
    """In a pack and in a batch, by field and reason."""
    data = packed(2).replace(b'"p":2', b'"p":' + stated)
    whole = batch.put_head(b"", "vale", "gw1", "9f3a01bc", 0, oldest_unacked=0).replace(b'"p":2', b'"p":' + stated)
    for decode, payload in ((pack.decode, data), (batch.decode, whole)):
        with pytest.raises(BadPack) as refused:
            decode(payload)  # type: ignore[operator]

        assert (refused.value.field, refused.value.reason) == ("p", "protocol")
