"""Packs as a node writes them: times, units, missing values, voids. (CPython and VM)"""

import json

from firmware.node import pack
from firmware.node.clock import Clock
from firmware.node.outbox import Outbox
from firmware.node.pack import Reading
from tests.firmware.portable import fresh_folder, refuses

READINGS = [
    Reading("vw1.frequency", 2831.4, "Hz"),
    Reading("vw1.snr", 15.1, "1"),
    Reading("s1.ph", None, "pH", "timeout"),
]


def dressed(stored: bytes, clock: Clock, box: Outbox) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(b"".join(pack.dress(stored, "vale:n07:", 3, box, clock)))
    return found


def test_a_pack_is_as_in_the_contract() -> None:
    """wire.md section 3: head first and in this spelling, registered units only, missing as text."""
    box = Outbox(fresh_folder())
    box.epoch = "9f3a01bc"
    stored = bytes(pack.body(pack.UNIX, 12, 1764079200000, READINGS, [("s1", "no answer in 2000 ms")]))

    assert b"".join(pack.dress(stored, "vale:n07:", 3, box, Clock(12, {}))) == (
        b'[{"bn":"vale:n07:","bt":1764079200,"n":"epoch","vs":"9f3a01bc"},{"n":"seq","v":3},{"n":"kept","v":0},'
        b'{"n":"boot","v":12},{"n":"vw1.frequency","u":"Hz","v":2831.4},{"n":"vw1.snr","v":15.1},'
        b'{"n":"s1.ph","vs":"missing:timeout"},{"n":"fault.s1","vs":"no answer in 2000 ms"}]'
    )


def test_milliseconds_travel_as_small_offsets() -> None:
    """`bt` is whole seconds, `t` the rest, on every observation."""
    stored = bytes(pack.body(pack.UNIX, 12, 1764079200045, READINGS, []))

    records = dressed(stored, Clock(12, {}), Outbox(fresh_folder()))

    assert records[0]["bt"] == 1764079200
    assert [record.get("t") for record in records[4:]] == [0.045, 0.045, 0.045]


def test_a_pack_without_time_is_held_and_then_dated() -> None:
    """Of the same boot: it waits for the reply, which dates it."""
    clock, box = Clock(12, {}), Outbox(fresh_folder())
    stored = bytes(pack.body(pack.UPTIME, 12, 5250, READINGS, []))
    assert pack.is_held(stored, clock)

    clock.set(1764079200000, 6000, 0)

    assert not pack.is_held(stored, clock)
    records = dressed(stored, clock, box)
    assert (records[0]["bt"], records[4]["t"]) == (1764079199, 0.25)


def test_a_pack_of_a_boot_that_never_learned_the_time_goes_without() -> None:
    """With boot and uptime and no `bt`: no time is invented."""
    stored = bytes(pack.body(pack.UPTIME, 11, 5250, READINGS, []))
    clock = Clock(12, {12: 1764079200000})
    assert not pack.is_held(stored, clock)

    records = dressed(stored, clock, Outbox(fresh_folder()))

    assert "bt" not in records[0]
    assert records[3:5] == [{"n": "boot", "v": 11}, {"n": "uptime", "v": 5.25}]


def test_kept_and_dropped_are_those_of_the_sending() -> None:
    """Fixed at writing, they would block a node whose outbox overflowed."""
    box = Outbox(fresh_folder())
    stored = bytes(pack.body(pack.UNIX, 1, 1764079200000, READINGS, []))
    box.oldest_unacked, box.dropped = 2, 2

    records = dressed(stored, Clock(1, {}), box)

    assert records[2] == {"n": "kept", "v": 2}
    assert {"n": "dropped", "v": 2} in records


def test_a_void_pack_has_no_time_and_no_observations() -> None:
    """Epoch, seq, kept and the reason."""
    box = Outbox(fresh_folder())

    records = json.loads(b"".join(pack.void("crc", "vale:n07:", 3, box)))

    assert records[0] == {"bn": "vale:n07:", "n": "epoch", "vs": box.epoch}
    assert records[3:] == [{"n": "void", "vs": "crc"}]


def test_what_is_no_number_is_missing() -> None:
    """Neither NaN nor infinity is ever sent."""
    for value in (float("nan"), float("inf"), -float("inf")):
        assert Reading("a.b", value, "V").value_text() == "missing:not-finite"


def test_names_and_reasons_keep_to_the_wire() -> None:
    """A bad name is a mistake of ours; a bad reason becomes `unknown`."""
    refuses(ValueError, Reading, "a b.c", 1, "V")
    refuses(ValueError, Reading, "seq", 1, "V")
    assert Reading("a.b", None, "V", "No Answer!").value_text() == "missing:unknown"


def test_faults_give_way_to_values() -> None:
    """A pack over its size loses faults, never a reading."""
    faults = [("s1", "x" * 120)] * 100

    stored = bytes(pack.body(pack.UNIX, 1, 0, READINGS, faults))

    assert len(stored) < 4200
    assert b"missing:timeout" in stored


def test_nine_digits_without_a_trace_of_rounding() -> None:
    """0.853 is written as 0.853, a count as a whole number."""
    assert Reading("a.b", 0.1 + 0.2, "V").value_text() == "0.3"
    assert Reading("a.b", 2831.43, "Hz").value_text() == "2831.43"
    assert Reading("a.b", 123456789, "1").value_text() == "123456789"


def test_a_unit_is_written_as_the_registry_has_it() -> None:
    """UCUM's [pH] and {count} are SenML's pH and count; kPa and mA are not registered and stand in the birth alone."""
    assert '"u":"pH"' in Reading("a.b", 3.1, "[pH]").record()
    assert '"u":"count"' in Reading("a.b", 17, "{count}").record()
    assert '"u"' not in Reading("a.b", 12.3, "mA").record()
