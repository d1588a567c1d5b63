"""Packs: the examples of the design, the table of bad packs, and what a prefix still tells."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codec import pack, senml
from codec.pack import Record
from tests.codec import bad_packs, generated
from tests.codec.bad_packs import BAD_PACKS, CBOR, GOOD_CBOR, GOOD_JSON, HEADLESS, JSON, after
from wire import BadPack

EXAMPLE = b"""[{"bn":"vale:n07:","bt":1764079200,"n":"epoch","vs":"9f3a01bc"},{"n":"seq","v":4711},{"n":"kept","v":4690},{"n":"boot","v":12},
 {"n":"vw1.frequency","u":"Hz","v":2831.4},{"n":"vw1.thermistor","u":"Ohm","v":4821},
 {"n":"sonde1.ph","vs":"missing:timeout"},{"n":"fault.sonde1","vs":"no answer in 2000 ms"}]"""  # noqa: E501
BT_MS = 1764079200000
NAMES = [bad[0] for bad in BAD_PACKS]


def test_the_example_of_the_design_is_read() -> None:
    """Names, times, units, a missing reading and a fault, as docs/wire.md has them."""
    found = pack.decode(EXAMPLE)

    assert found[:9] == ("vale:n07:", "9f3a01bc", 4711, 4690, 1764079200, 12, None, None, None)
    assert (found.facility, found.node) == ("vale", "n07")
    assert found.records == [
        Record("vw1.frequency", BT_MS, 2831.4, "Hz", None, text=None),
        Record("vw1.thermistor", BT_MS, 4821.0, "Ohm", None, text=None),
        Record("sonde1.ph", BT_MS, None, None, "timeout", text=None),
        Record("fault.sonde1", BT_MS, None, None, None, text="no answer in 2000 ms"),
    ]


def test_the_same_pack_in_cbor_is_read() -> None:
    """A pack written by hand after RFC 8949 gives the same values."""
    assert pack.decode(GOOD_CBOR, CBOR).records == [Record("vw1.frequency", BT_MS, 2831.4, "Hz", None, text=None)]
    assert pack.content_type_of(GOOD_CBOR) == CBOR
    assert pack.content_type_of(GOOD_JSON) == pack.content_type_of(b"") == JSON


@pytest.mark.parametrize(("name", "data", "content_type", "reason", "field"), BAD_PACKS, ids=NAMES)
def test_a_bad_pack_is_refused(name: str, data: bytes, content_type: str, reason: str, field: str) -> None:
    """Each bad pack of the table gets its reason and field."""
    with pytest.raises(BadPack) as refused:
        pack.decode(data, content_type)

    assert (refused.value.reason, refused.value.field) == (reason, field)


@pytest.mark.parametrize(("name", "data"), [bad[:2] for bad in BAD_PACKS], ids=NAMES)
def test_the_head_of_a_bad_pack_is_read_by_prefix(name: str, data: bytes) -> None:
    """Sender, epoch and seq are known unless the head itself is broken, so a refused pack still counts."""
    head = pack.read_head(data)

    assert (head is None) == (name in HEADLESS)
    if head is not None:
        assert (head[0], head[2], head[3], head[4]) == ("vale:n07:", "9f3a01bc", 4711, 4690)


@settings(max_examples=200, deadline=None)
@given(generated.seeds(), st.sampled_from([JSON, CBOR]))
def test_a_pack_comes_back_from_its_bytes(chance: random.Random, content_type: str) -> None:
    """What `encode` writes of a pack, `decode` reads to the same pack."""
    document = generated.pack_document(chance)
    try:
        found = pack.decode(generated.written(document, JSON, chance))
    except BadPack:
        return
    if found.time_s is None and any("t" in record for record in document):
        return  # without time there is nothing that an offset could be told from

    assert pack.decode(pack.encode(found, content_type), content_type) == found


@settings(max_examples=200, deadline=None)
@given(generated.seeds())
def test_a_pack_says_what_plain_senml_says(chance: random.Random) -> None:
    """Names, times and values are those that RFC 8428 gives without knowing our rules."""
    data = generated.written(generated.pack_document(chance), JSON, chance)
    try:
        found = pack.decode(data)
    except BadPack:
        return
    if found.time_s is None:
        return

    plain = senml.resolve(list(senml.records_of(data, JSON)), now_s=0)

    rows = [(r["n"], round(senml.number(r["t"], "t") * 1000), r["v"]) for r in plain if "v" in r and "." in str(r["n"])]
    expected = [(found.base + r.name, r.time_ms, r.value) for r in found.records if r.value is not None]
    assert set(rows) == set(expected)


def test_zero_has_one_sign() -> None:
    """-0.0 is a number like any other and is read as 0.0, so that equal readings are equal bytes."""
    found = pack.decode(after(b'{"n":"vw1.snr","v":-0.0}'))

    assert repr(found.records[0].value) == "0.0"


def test_times_are_rounded_to_a_millisecond() -> None:
    """t is added to bt without the loss that a sum of seconds would have."""
    found = pack.decode(after(b'{"n":"vw1.snr","t":-0.0006,"v":1},{"n":"vw2.snr","t":86399.9994,"v":1}'))

    assert [record.time_ms for record in found.records] == [BT_MS - 1, BT_MS + 86399999]


def test_a_void_pack_carries_its_reason_only() -> None:
    """A pack that the outbox lost has epoch, seq, kept and why, without time."""
    found = pack.decode(bad_packs.VOID + b"]")

    assert (found.void, found.time_s, found.records) == ("crc", None, [])


def test_a_pack_of_an_unset_clock_keeps_uptime_and_boot() -> None:
    """Without bt, but with boot and uptime, it is read so that a person can place it; no time is invented."""
    data = after(b'{"n":"uptime","v":12.5},{"n":"boot","v":3},{"n":"vw1.snr","t":-1,"v":1}')

    found = pack.decode(data.replace(b'"bt":1764079200,', b""))

    assert (found.time_s, found.uptime_s, found.boot) == (None, 12.5, 3)
    assert found.records[0].time_ms is None


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([JSON, CBOR]), st.integers(0, 170))
def test_any_bytes_raise_nothing_but_badpack(data: bytes, content_type: str, cut: int) -> None:
    """Random bytes, alone or where a valid pack breaks off, raise BadPack and nothing else."""
    for tried in (data, (GOOD_JSON if content_type == JSON else GOOD_CBOR)[:cut] + data):
        try:
            pack.decode(tried, content_type)
        except BadPack as bad:
            assert bad.reason
        pack.read_head(tried)


def test_values_cannot_be_changed() -> None:
    """A pack and its records are frozen."""
    found = pack.decode(GOOD_JSON)

    with pytest.raises(AttributeError):
        found.seq = 5
    with pytest.raises(AttributeError):
        found.records[0].value = 5.0
