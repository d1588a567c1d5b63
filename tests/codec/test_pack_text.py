"""Bodies and heads: what an outbox holds and what is sent of it."""

import pytest

from codec import pack, pack_text
from tests.codec.bad_packs import CBOR, JSON
from wire import BadPack

READINGS: list[tuple[str, float | str, str | None, float]] = [
    ("vw1.frequency", 2831.4, "Hz", 0),
    ("vw1.snr", 23.1, None, -2.5),
    ("sonde1.ph", "missing:timeout", None, 0),
]


@pytest.mark.parametrize("content_type", [JSON, CBOR])
def test_one_body_is_sent_under_any_head(content_type: str) -> None:
    """kept, dropped and the resolved time change from sending to sending, the readings do not."""
    body = pack_text.body(READINGS, boot=3, uptime_s=12.5, content_type=content_type)
    first = pack_text.put_head(body, "vale:n07:", None, "9f3a01bc", 7, oldest_unacked=2, content_type=content_type)
    second = pack_text.put_head(
        body, "vale:n07:", 1764079200, "9f3a01bc", 7, oldest_unacked=5, dropped=4, content_type=content_type
    )

    unplaced, placed = pack.decode(first, content_type), pack.decode(second, content_type)

    assert (unplaced.time_s, unplaced.oldest_unacked, unplaced.dropped) == (None, 2, None)
    assert (placed.time_s, placed.oldest_unacked, placed.dropped) == (1764079200, 5, 4)
    assert [r[2:] for r in unplaced.records] == [r[2:] for r in placed.records]


def test_the_bytes_are_those_of_the_design() -> None:
    """bn, bt, epoch, seq, kept come first and in the spelling of docs/wire.md."""
    data = pack_text.put_head(
        pack_text.body(READINGS[:1]), "vale:n07:", 1764079200, "9f3a01bc", 4711, oldest_unacked=4690
    )

    assert data == (
        b'[{"bn":"vale:n07:","bt":1764079200,"n":"epoch","vs":"9f3a01bc"},{"n":"seq","v":4711},{"n":"kept","v":4690},'
        b'{"n":"vw1.frequency","u":"Hz","v":2831.4}]'
    )


@pytest.mark.parametrize("content_type", [JSON, CBOR])
def test_a_void_pack_needs_no_readings(content_type: str) -> None:
    """A body with a reason and nothing else makes a valid void pack, and so does an empty body with a time."""
    void = pack_text.body([], void="crc", content_type=content_type)
    empty = pack_text.body([], content_type=content_type)

    sent = pack_text.put_head(void, "vale:n07:", None, "9f3a01bc", 7, oldest_unacked=7, content_type=content_type)
    assert pack.decode(sent, content_type).void == "crc"
    sent = pack_text.put_head(
        empty, "vale:n07:", 1764079200, "9f3a01bc", 7, oldest_unacked=7, content_type=content_type
    )
    assert pack.decode(sent, content_type).records == []


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True])
def test_what_is_no_number_is_not_written(value: float) -> None:
    """NaN, infinity and booleans are refused before they reach an outbox."""
    with pytest.raises(BadPack):
        pack_text.body([("vw1.snr", value, None, 0)])
