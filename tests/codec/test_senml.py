"""SenML against the examples of RFC 8428 (sections 5.1.1 to 5.1.7, 6) and its rules for base values (section 4)."""

import json
import re

import pytest

from codec import senml
from codec.senml import CBOR, JSON
from wire import BadPack

DEVICE = "urn:dev:ow:10e2073a01080063"
NOW_S = 1498780179
CURRENTS = (
    b'[{"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e+09,"bu":"A","bver":5,"n":"voltage","u":"V","v":120.1},'
    b'{"n":"current","t":-5,"v":1.2},{"n":"current","t":-4,"v":1.3},{"n":"current","t":-3,"v":1.4},'
    b'{"n":"current","t":-2,"v":1.5},{"n":"current","t":-1,"v":1.6},{"n":"current","v":1.7}]'
)
CURRENTS_CBOR = bytes.fromhex(  # section 6
    "87a721781b75726e3a6465763a6f773a3130653230373361303130383030363a"
    "22fb41d303a15b00106223614120050067766f6c7461676501615602fb405e06"
    "6666666666a3006763757272656e74062402fb3ff3333333333333a300676375"
    "7272656e74062302fb3ff4cccccccccccda3006763757272656e74062202fb3f"
    "f6666666666666a3006763757272656e74062102f93e00a3006763757272656e"
    "74062002fb3ff999999999999aa3006763757272656e74060002fb3ffb333333"
    "333333"
)


def records(data: bytes, content_type: str = JSON) -> list[dict[str, object]]:
    return list(senml.records_of(data, content_type))


def resolved(data: bytes, now_s: float = NOW_S) -> list[tuple[object, ...]]:
    """(name, unit, time, value) of each resolved record."""
    found = senml.resolve(records(data), now_s)
    values = [next(record[label] for label in ("v", "vs", "vb", "vd") if label in record) for record in found]
    return [(r["n"], r.get("u"), r["t"], value) for r, value in zip(found, values, strict=True)]


def test_single_data_point() -> None:
    """Section 5.1.1: one record, taken roughly now."""
    assert resolved(b'[{"n":"%s","u":"Cel","v":23.1}]' % DEVICE.encode()) == [(DEVICE, "Cel", NOW_S, 23.1)]


def test_multiple_data_points_now() -> None:
    """Section 5.1.2, first example: the base name stands before both names."""
    data = b'[{"bn":"%s:","n":"voltage","u":"V","v":120.1},{"n":"current","u":"A","v":1.2}]' % DEVICE.encode()

    assert resolved(data) == [(DEVICE + ":voltage", "V", NOW_S, 120.1), (DEVICE + ":current", "A", NOW_S, 1.2)]


def test_multiple_data_points_with_base_time_and_unit() -> None:
    """Section 5.1.2, second example: times are offsets, the base unit fills in, order is by time."""
    found = resolved(CURRENTS)

    assert [(unit, value) for _, unit, _, value in found][:5] == [("A", v) for v in (1.2, 1.3, 1.4, 1.5, 1.6)]
    assert [time_s for _, _, time_s, _ in found] == pytest.approx(
        [1276020071.001, 1276020072.001, 1276020073.001, 1276020074.001, 1276020075.001, 1276020076.001, 1276020076.001]
    )
    assert sorted(found[5:])[1] == ("urn:dev:ow:10e2073a0108006:voltage", "V", 1276020076.001, 120.1)


def test_multiple_measurements_without_names() -> None:
    """Sections 5.1.3 and 5.1.4: a base name alone is a name, and a unit of its own beats the base unit."""
    data = (
        b'[{"bn":"%s","bt":1.320067464e+09,"bu":"%%RH","v":20},{"u":"lon","v":24.30621},{"u":"lat","v":60.07965},'
        b'{"t":60,"v":20.3},{"u":"%%EL","t":150,"v":98},{"t":180,"v":21.2}]' % DEVICE.encode()
    )

    assert resolved(data) == [
        (DEVICE, "%RH", 1320067464, 20),
        (DEVICE, "lon", 1320067464, 24.30621),
        (DEVICE, "lat", 1320067464, 60.07965),
        (DEVICE, "%RH", 1320067524, 20.3),
        (DEVICE, "%EL", 1320067614, 98),
        (DEVICE, "%RH", 1320067644, 21.2),
    ]


def test_multiple_data_types() -> None:
    """Section 5.1.5: number, text, boolean and octets."""
    data = (
        b'[{"bn":"%s:","n":"temp","u":"Cel","v":23.1},{"n":"label","vs":"Machine Room"},{"n":"open","vb":false},'
        b'{"n":"nfv-reader","vd":"aGkgCg"}]' % DEVICE.encode()
    )

    assert [value for *_, value in resolved(data)] == [23.1, "Machine Room", False, "aGkgCg"]
    assert senml.data_of("aGkgCg") == b"hi \n"


def test_collection_of_resources() -> None:
    """Section 5.1.6: a second base name replaces the first, the base time goes on."""
    data = (
        b'[{"bn":"2001:db8::2/","bt":1.320078429e+09,"n":"temperature","u":"Cel","v":25.2},'
        b'{"n":"humidity","u":"%RH","v":30},{"bn":"2001:db8::1/","n":"temperature","u":"Cel","v":12.3},'
        b'{"n":"humidity","u":"%RH","v":67}]'
    )

    assert resolved(data) == [
        ("2001:db8::2/temperature", "Cel", 1320078429, 25.2),
        ("2001:db8::2/humidity", "%RH", 1320078429, 30),
        ("2001:db8::1/temperature", "Cel", 1320078429, 12.3),
        ("2001:db8::1/humidity", "%RH", 1320078429, 67),
    ]


def test_setting_an_actuator() -> None:
    """Section 5.1.7: a record of base fields alone carries nothing itself; times may lie ahead."""
    thermostat = b'[{"bn":"%s:"},{"n":"temp","u":"Cel","v":23.1},{"n":"fan","u":"/","v":0}]' % DEVICE.encode()
    lights = b'[{"bt":1.320078429e+09,"bu":"/","n":"2001:db8::3","v":0.5},{"n":"2001:db8::3","t":0.1,"v":0}]'

    assert [name for name, *_ in resolved(thermostat)] == [DEVICE + ":temp", DEVICE + ":fan"]
    assert resolved(lights)[1] == ("2001:db8::3", "/", 1320078429.1, 0)


def test_cbor_example_is_read_and_written_byte_by_byte() -> None:
    """Section 6: the dump in CBOR is the JSON of section 5.1.2, and what we write of it is that dump again."""
    from_json = records(CURRENTS)
    from_json[6]["t"] = 0  # the dump has it, the JSON leaves it out

    assert records(CURRENTS_CBOR, CBOR) == from_json
    assert senml.encode(from_json, CBOR) == CURRENTS_CBOR


def test_base_value_and_sum_are_added() -> None:
    """Section 4.5.4 and table 1: bv is added to v and bs to s, also where one of the two is absent."""
    data = b'[{"bn":"a","bv":10,"bs":100,"v":1,"s":5},{"s":7,"v":0},{"v":2,"bv":0}]'

    found = senml.resolve(records(data), NOW_S)

    assert [(record["v"], record["s"]) for record in found] == [(11, 105), (10, 107), (2, 100)]


def test_a_sum_needs_no_value() -> None:
    """Section 4.2: a record with a sum may have no value."""
    assert senml.resolve(records(b'[{"n":"a","s":5}]'), NOW_S) == [{"n": "a", "t": NOW_S, "s": 5}]


def test_update_time_and_extensions_are_carried() -> None:
    """Section 4.4: unknown labels are ignored, here carried along; ut stays as it is."""
    found = senml.resolve(records(b'[{"n":"a","v":1,"ut":60,"foo":"bar"}]'), NOW_S)

    assert (found[0]["ut"], found[0]["foo"]) == (60, "bar")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'[{"n":"a","v":1,"x_":1}]', "must-understand"),  # section 4.4
        (b'[{"bver":11,"n":"a","v":1}]', "version"),  # section 4.4
        (b'[{"bver":10.0,"n":"a","v":1}]', "version"),
        (b'[{"v":1}]', "missing-name"),
        (b'[{"n":"_a","v":1}]', "name"),  # section 4.5.1
        (b'[{"n":"a b","v":1}]', "name"),
        (b'[{"n":"a","v":1,"vb":true}]', "several-values"),  # section 4.2
        (b'[{"n":"a"}]', "missing-value"),
        (b'[{"n":"a","vb":1}]', "boolean"),  # table 1
        (b'[{"n":"a","vd":"a"}]', "data"),
        (b'[{"n":"a","vd":"aGkg=="}]', "data"),
        (b'[{"n":"a","v":1,"ut":"x"}]', "number"),
    ],
)
def test_what_the_standard_forbids_is_refused(data: bytes, reason: str) -> None:
    """Each rule of RFC 8428 that a record can break has its refusal."""
    with pytest.raises(BadPack) as refused:
        senml.resolve(records(data), NOW_S)

    assert refused.value.reason == reason


def test_what_is_written_is_read_by_others() -> None:
    """Python's own json reads what `encode` writes, text and numbers included."""
    written: list[dict[str, object]] = [
        {"n": "a", "vs": 'é"\\\n'},
        {"n": "b", "v": -0.1},
        {"n": "c", "vd": b"\xff\xfe"},
    ]

    read = json.loads(senml.encode(written))

    assert read == [{"n": "a", "vs": 'é"\\\n'}, {"n": "b", "v": -0.1}, {"n": "c", "vd": "__4"}]


def test_the_label_table_is_that_of_the_standard() -> None:
    """Labels -6 to 8 are assigned once each (RFC 8428 table 4)."""
    assert sorted(number for _, number, _ in senml.LABELS) == list(range(-6, 9))
    assert all(re.fullmatch("b?[a-z]{1,4}", label) for label, _, _ in senml.LABELS)
