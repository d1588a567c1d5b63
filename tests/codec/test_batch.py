"""Batches: the shape of the design read and written, and each rule that can be broken."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codec import batch
from codec.batch import Batch, BatchObservation, FaultRecord, PackRecord, QuarantineRecord
from tests.codec import generated
from wire import BadPack, limits

HEAD = (
    b'[{"bn":"vale:","n":"_edge.gw1.epoch","vs":"9f3a01bc"},{"n":"_edge.gw1.seq","v":12},{"n":"_edge.gw1.kept","v":3}'
)
ROW = b'{"n":"n07:vw1.frequency","t":1764079200.137,"u":"Hz","v":2831.4,"q":1,"qt":"gross_range","cfg":3}'
OBSERVED = BatchObservation(
    "n07:vw1.frequency", 1764079200137, 2831.4, 1, "gross_range", cfg=3, unit="Hz", missing=None
)


def read(*rows: bytes) -> Batch:
    return batch.decode(b",".join([HEAD, *rows]) + b"]")


def test_the_shape_of_the_design_is_read() -> None:
    """Head, observations raw, derived and missing, packs, repeats and quarantine."""
    found = read(
        ROW,
        b'{"n":"n07:sonde1.ph","t":1764079200,"vs":"missing:timeout","q":9}',
        b'{"n":"n07:pack","t":1764079201,"vs":"5c77e0d1 4711 4690","dropped":3,"at":1764079200}',
        b'{"n":"n07:repeats","t":1764079201,"v":2}',
        b'{"n":"n07:quarantine","t":1764079201,"vd":"W3t9XQ","reason":"relative-time","field":"bt","fix":"x","bytes":4}',
        b'{"n":"n07:fault.vw1","t":1764079200,"vs":"no answer in 2000 ms"}',
        ROW.replace(b'"q":1', b'"verdict":4'),
    )

    assert (found.facility, found.agent, found.epoch, found.seq, found.oldest_unacked) == (
        "vale",
        "gw1",
        "9f3a01bc",
        12,
        3,
    )
    assert found.observations[0] == OBSERVED
    assert found.verdicts == [OBSERVED._replace(quality=4)]
    assert found.observations[1][2:4] == (None, 9)
    assert found.packs == [
        PackRecord("n07", 1764079201000, "5c77e0d1", 4711, 4690, status="stored", dropped=3, at_s=1764079200, late=0)
    ]
    assert found.repeats == [("n07", 2)]
    quarantined = QuarantineRecord(
        "n07", 1764079201000, b"[{}]", "relative-time", "bt", fix="x", bytes=4, epoch=None, seq=None
    )
    assert found.quarantine == [quarantined]
    assert found.faults == [FaultRecord("n07:fault.vw1", 1764079200000, "no answer in 2000 ms")]


@settings(max_examples=200, deadline=None)
@given(generated.seeds())
def test_a_batch_comes_back_from_its_bytes(chance: random.Random) -> None:
    """What `encode` and `put_head` write of a batch, `decode` reads to the same batch."""
    found = batch.decode(generated.written(generated.batch_document(chance), "application/senml+json", chance))

    sent = batch.put_head(batch.encode(found), found.facility, found.agent, "5c77e0d1", 99, oldest_unacked=98)
    again = batch.decode(sent)

    assert (again.epoch, again.seq, again.oldest_unacked) == ("5c77e0d1", 99, 98)
    assert again.observations == found.observations
    assert (again.packs, again.repeats) == (found.packs, found.repeats)
    assert (again.quarantine, again.faults, again.verdicts) == (found.quarantine, found.faults, found.verdicts)


@pytest.mark.parametrize(
    ("row", "reason", "field"),
    [
        (ROW.replace(b'"q":1', b'"q":5'), "quality", "q"),
        (ROW.replace(b'"q":1', b'"q":9'), "quality", "q"),
        (ROW.replace(b'"q":1', b'"verdict":2'), "verdict", "verdict"),
        (ROW.replace(b'"q":1', b'"verdict":true'), "verdict", "verdict"),
        (ROW.replace(b'"q":1', b'"q":1,"verdict":4'), "label", "q"),
        (ROW.replace(b'"v":2831.4,"q":1', b'"vs":"missing:timeout","verdict":4'), "label", "vs"),
        (ROW.replace(b'"q":1', b'"q":1.0'), "quality", "q"),
        (ROW.replace(b',"q":1', b""), "quality", "q"),
        (ROW.replace(b'"v":2831.4', b'"vs":"missing:timeout"'), "quality", "q"),
        (ROW.replace(b'"gross_range"', b'"Gross Range"'), "tests", "qt"),
        (ROW.replace(b'"gross_range"', b'"a,,b"'), "tests", "qt"),
        (ROW.replace(b'"cfg":3', b'"cfg":-1'), "integer", "cfg"),
        (ROW.replace(b'"u":"Hz"', b'"u":"a b"'), "unit", "u"),
        (ROW.replace(b"1764079200.137", b"12"), "relative-time", "t"),
        (ROW.replace(b"1764079200.137", b"1764079200137"), "time-in-milliseconds", "t"),
        (ROW.replace(b'"t":1764079200.137,', b""), "number", "t"),
        (ROW.replace(b"n07:", b""), "name", "n"),
        (ROW.replace(b"n07:vw1", b"n07:vw1.x"), "name", "n"),
        (ROW.replace(b"n07:vw1", b"n07:fault"), "label", "u"),
        (b'{"n":"n07:fault.vw1","t":1764079200}', "missing-value", "v"),
        (b'{"n":"n07:fault.vw1","t":1764079200,"vs":"a\\nb"}', "text", "vs"),
        (b'{"n":"n07:fault.vw1.x","t":1764079200,"vs":"x"}', "name", "n"),
        (b'{"n":"n07:fault.vw1","t":12,"vs":"x"}', "relative-time", "t"),
        (ROW.replace(b'"n":"n07:vw1.frequency",', b""), "missing-name", "n"),
        (ROW.replace(b'"cfg"', b'"config"'), "label", "config"),
        (ROW.replace(b'"cfg":3', b'"bn":"x:"'), "label", "bn"),
        (b'{"n":"n07:pack","t":1764079201,"vs":"5c77e0d1 4711"}', "pack-record", "vs"),
        (b'{"n":"n07:pack","t":1764079201,"vs":"5c77e0d1 04711 1"}', "pack-record", "vs"),
        (b'{"n":"n07:pack","t":1764079201,"vs":"5c77e0d1 4711 4712"}', "kept-above-seq", "kept"),
        (b'{"n":"n07:pack","t":1764079201,"vs":"5c77e0d1 9999999999 1"}', "seq", "seq"),
        (b'{"n":"n07:pack","t":1764079201,"vs":"5c77e0d1 4711 1","st":"lost"}', "label", "st"),
        (b'{"n":"n07:repeats","v":-1}', "integer", "v"),
        (b'{"n":"n07:quarantine","t":1764079201,"vd":"A","reason":"x","field":"bt","fix":"x","bytes":4}', "data", "vd"),
        (
            b'{"n":"n07:quarantine","t":1764079201,"vd":"","reason":"X","field":"bt","fix":"x","bytes":4}',
            "id",
            "reason",
        ),
        (b'{"n":"n07:quarantine","t":1764079201,"vd":"","reason":"x","field":"","fix":"x","bytes":4}', "text", "field"),
        (b'{"n":"n07:quarantine","t":1764079201,"vd":"","reason":"x","field":"bt","fix":"x"}', "integer", "bytes"),
    ],
)
def test_a_bad_row_refuses_the_batch(row: bytes, reason: str, field: str) -> None:
    """Each rule of a batch has its reason and names its field."""
    with pytest.raises(BadPack) as refused:
        read(row)

    assert (refused.value.reason, refused.value.field) == (reason, field)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        (b'"bn":"vale:",', b"", "bn"),
        (b'"vale:"', b'"vale:n07:"', "bn"),
        (b"_edge.gw1.epoch", b"_edge.gw1.seq", "epoch"),
        (b"_edge.gw1.seq", b"_edge.gw2.seq", "seq"),
        (b"_edge.gw1.kept", b"kept", "kept"),
        (b"9f3a01bc", b"9f3a01b", "epoch"),
        (b'"v":12', b'"v":2', "kept"),
        (b'"v":12', b'"v":1e1', "seq"),
    ],
)
def test_a_bad_head_refuses_the_batch(old: bytes, new: bytes, field: str) -> None:
    """The head names one agent, one epoch, seq and kept, or the batch is refused."""
    with pytest.raises(BadPack) as refused:
        batch.decode(HEAD.replace(old, new) + b"]")

    assert refused.value.field == field


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_raise_nothing_but_badpack(data: bytes) -> None:
    """Random bytes, alone or behind a head, raise BadPack and nothing else."""
    for tried in (data, HEAD + b"," + data):
        with pytest.raises(BadPack):
            batch.decode(tried)


@pytest.mark.parametrize("tests", ["gross_range", "input.temperature", "gross_range,input.barometer", "stale-input"])
def test_causes_travel_as_they_are_written(tests: str) -> None:
    """`qt` takes names of filters and causes with their points and hyphens."""
    whole = Batch("vale", "gw1", "9f3a01bc", 0, 0, observations=[OBSERVED._replace(tests=tests)])

    sent = batch.put_head(batch.encode(whole), "vale", "gw1", "9f3a01bc", 0, oldest_unacked=0)

    assert batch.decode(sent).observations[0].tests == tests


def test_what_cannot_be_read_is_not_written() -> None:
    """A value that is not finite, and a quality that contradicts its value, are refused while they are still here."""
    for row in (OBSERVED._replace(value=float("nan")), OBSERVED._replace(value=None), OBSERVED._replace(quality=9)):
        with pytest.raises(BadPack):
            batch.encode(Batch("vale", "gw1", "9f3a01bc", 0, 0, observations=[row]))


def test_a_batch_is_bounded_in_records_and_bytes() -> None:
    """5,001 records and 256 kB are refused when they are written and when they are read."""
    many = Batch("vale", "gw1", "9f3a01bc", 0, 0, observations=[OBSERVED] * limits.MAX_BATCH_RECORDS)
    long = Batch("vale", "gw1", "9f3a01bc", 0, 0, observations=[OBSERVED] * 3000)

    for whole, reason in ((many, "too-many-records"), (long, "too-long")):
        with pytest.raises(BadPack, match=reason):
            batch.encode(whole)
    with pytest.raises(BadPack, match="too-many-records"):
        batch.decode(HEAD + b',{"n":"a:repeats","v":1}' * 4998 + b"]")
    with pytest.raises(BadPack, match="too-long"):
        batch.decode(HEAD + b" " * limits.MAX_BATCH_BYTES)


@pytest.mark.parametrize("time_ms", [1764079200000, 1764079200001, 1764079200010, 1764079200999])
def test_milliseconds_survive_the_wire(time_ms: int) -> None:
    """Times are written as seconds with three digits, and read to the same millisecond."""
    whole = Batch("vale", "gw1", "9f3a01bc", 0, 0, observations=[OBSERVED._replace(time_ms=time_ms)])

    sent = batch.put_head(batch.encode(whole), "vale", "gw1", "9f3a01bc", 0, oldest_unacked=0)

    assert batch.decode(sent).observations[0].time_ms == time_ms
