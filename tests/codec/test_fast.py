"""The fast pack codec against the reference: equal values and equal refusals, for any bytes."""

import gc
import json
import random
import tracemalloc

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codec import fast, pack
from tests.codec import generated
from tests.codec.bad_packs import BAD_PACKS, CBOR, GOOD_CBOR, GOOD_JSON, JSON, cbor_after
from wire import BadPack

CONTENT_TYPES = st.sampled_from([JSON, CBOR])


def verdict(decode: object, data: bytes, content_type: str) -> str:
    """The pack or the refusal as text; repr tells 0.0 from -0.0 and 1 from 1.0."""
    assert callable(decode)
    try:
        return repr(decode(data, content_type))
    except BadPack as bad:
        return repr((bad.reason, bad.field, bad.detail))


def same(data: bytes, content_type: str) -> None:
    assert verdict(fast.decode_pack, data, content_type) == verdict(pack.decode, data, content_type)


@settings(max_examples=400, deadline=None)
@given(generated.seeds(), CONTENT_TYPES)
def test_packs_and_near_misses_get_the_same_verdict(chance: random.Random, content_type: str) -> None:
    """Valid packs, packs with a spoilt field and packs with spoilt bytes are read as the reference reads them."""
    same(generated.pack_bytes(chance, content_type), content_type)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), CONTENT_TYPES, st.sampled_from([b"", GOOD_JSON, GOOD_CBOR]))
def test_any_bytes_get_the_same_verdict(data: bytes, content_type: str, before: bytes) -> None:
    """Random bytes, alone or behind a valid pack, are refused as the reference refuses them."""
    same(before + data, content_type)


@settings(max_examples=200, deadline=None)
@given(st.floats(allow_nan=True, allow_infinity=True), CONTENT_TYPES)
def test_any_number_is_read_alike(value: float, content_type: str) -> None:
    """Every 64-bit number, finite or not, is read to the same bits or refused."""
    if content_type == CBOR:
        data = cbor_after(cbor2.dumps({0: "vw1.snr", 2: value}))
    else:
        data = GOOD_JSON[:-1] + b',{"n":"vw1.snr","v":' + repr(value).encode() + b"}]"

    same(data, content_type)


@settings(max_examples=100, deadline=None)
@given(st.integers(), CONTENT_TYPES, st.sampled_from(["vw1.snr", "boot", "uptime", "dropped"]))
def test_any_integer_is_read_alike(value: int, content_type: str, name: str) -> None:
    """Every integer is read alike in each place that takes one."""
    if content_type == CBOR:
        data = cbor_after(cbor2.dumps({0: name, 2: value}))
    else:
        data = b'%s,{"n":"%s","v":%d}]' % (GOOD_JSON[:-1].replace(b'"boot"', b'"vw9.x"'), name.encode(), value)

    same(data, content_type)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 70000), st.sampled_from([0, 1.5, "vw1.snr", b"\x05", {0: "vw1.snr", 2: 5}, [1], -2]))
def test_a_tag_is_never_read(tag: int, inner: object) -> None:
    """Whatever a CBOR tag wraps, and wherever it stands, is refused: some tags decode to plain values."""
    tagged = cbor2.CBORTag(tag, inner)
    for item in (tagged, {0: tagged, 2: 5}, {0: "vw1.snr", 2: tagged}, {0: "vw1.snr", tag % 9: tagged}):
        same(cbor_after(cbor2.dumps(item)), CBOR)


@pytest.mark.parametrize(("data", "content_type"), [bad[1:3] for bad in BAD_PACKS], ids=[bad[0] for bad in BAD_PACKS])
def test_bad_packs_get_the_same_verdict(data: bytes, content_type: str) -> None:
    """Each pack of the table of bad packs gets the reference's refusal."""
    same(data, content_type)


def test_usual_packs_take_the_fast_way() -> None:
    """Most valid packs are recognised without the reference, in both forms."""
    chance = random.Random(7)
    documents = [generated.pack_document(chance) for _ in range(200)]

    in_json = [fast._pack_from_json(generated.written(document, JSON, chance)) for document in documents]
    in_cbor = [fast._pack_from_cbor(generated.written(document, CBOR, chance)) for document in documents]

    assert sum(found is not None for found in in_json) > 150
    assert sum(found is not None for found in in_cbor) > 150


PLACES = {
    "a name": (b"vw1.frequency", b"vw1.%s"),
    "a unit": (b'"u":"Hz"', b'"u":"%s"'),
    "a base": (b'"bn":"vale:', b'"bn":"%s:'),
    "an epoch": (b'"vs":"9f3a01bc', b'"vs":"%s'),
}
"""Where a pack has a long text, and what stands there instead."""
TEXT_B = 7_000
"""Nearly all of a pack."""


def long_packs(place: str, content_type: str, count: int) -> list[bytes]:
    """Packs with a long text each, all different."""
    usual, long = PLACES[place]
    texts = [GOOD_JSON.replace(usual, long % (b"%05d" % number + b"a" * TEXT_B), 1) for number in range(count)]
    assert all(len(text) > TEXT_B for text in texts)
    return texts if content_type == JSON else [generated.in_cbor(json.loads(text)) for text in texts]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("content_type", [JSON, CBOR])
def test_a_node_that_sends_long_texts_fills_no_memory(place: str, content_type: str) -> None:
    """None of them stays known: what is not valid may be as long as a pack, and there is no end of others."""
    packs = long_packs(place, content_type, 12)
    verdict(fast.decode_pack, packs[0], content_type)
    tracemalloc.start()
    try:
        for data in packs:
            verdict(fast.decode_pack, data, content_type)
        gc.collect()
        kept_b, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert kept_b < TEXT_B
