"""SenML (RFC 8428): labels, types of fields, base values, JSON and CBOR; knows nothing of Tailwatch's own rules.

A record is a dict with the labels of the JSON form, whichever form it came in; `vd` is bytes if it came in CBOR.
"""

import binascii
from collections.abc import Iterator
from operator import itemgetter

from codec import cbor
from wire import BadPack, limits, strictjson

JSON = "application/senml+json"
CBOR = "application/senml+cbor"
VERSION = 10  # RFC 8428 section 4.4
NUMBER, TEXT, FLAG, DATA = "number", "text", "boolean", "data"
LABELS = (  # RFC 8428 tables 1 and 4: label, CBOR label, type; in the order in which they are written
    ("bn", -2, TEXT),
    ("bt", -3, NUMBER),
    ("bu", -4, TEXT),
    ("bver", -1, NUMBER),
    ("bv", -5, NUMBER),
    ("bs", -6, NUMBER),
    ("n", 0, TEXT),
    ("u", 1, TEXT),
    ("t", 6, NUMBER),
    ("v", 2, NUMBER),
    ("vs", 3, TEXT),
    ("vb", 4, FLAG),
    ("vd", 8, DATA),
    ("s", 5, NUMBER),
    ("ut", 7, NUMBER),
)
VALUES = ("v", "vs", "vb", "vd")
BASES = ("bn", "bt", "bu", "bver", "bv", "bs")
_TYPES = {label: kind for label, _, kind in LABELS}
_LABEL_OF = {number: label for label, number, _ in LABELS}


def records_of(data: bytes, content_type: str) -> Iterator[dict[str, object]]:
    """The records that `data` carries, one by one as they are read, fields not yet checked.

    Raises BadPack where it breaks, so that the records before can still be used.
    """
    if not data:
        raise BadPack("payload", "empty")
    if content_type == JSON:
        items = strictjson.items_of(data)
    elif content_type == CBOR:
        items = cbor.items_of(data)
    else:
        raise BadPack("content-type", "content-type", content_type)
    for item in items:
        yield _record(item, content_type == CBOR)


def content_type_of(data: bytes) -> str:
    """Which form `data` is in: MQTT 3.1.1 has no content type, but a CBOR array begins with 0x80 to 0x9f."""
    return CBOR if data and 0x80 <= data[0] <= 0x9F else JSON


def _record(item: object, is_cbor: bool) -> dict[str, object]:
    if not isinstance(item, dict):
        raise BadPack("payload", "not-a-record")
    if not is_cbor:
        return item
    record: dict[str, object] = {}
    for key, value in item.items():
        label = _LABEL_OF.get(key) if type(key) is int else key
        if label is None or (type(key) is str and key in _TYPES):
            raise BadPack(str(key), "label")
        record[label] = value
    return record


def check(record: dict[str, object]) -> None:
    """Refuse a field of the wrong type, a number that is not finite, and more or less than one value."""
    name = record.get("n")
    where = name if isinstance(name, str) else ""
    for label, value in record.items():
        kind = _TYPES.get(label)
        if kind is None:
            if label[-1:] == "_":
                raise BadPack(label, "must-understand", where)
        elif kind == NUMBER:
            number(value, label, where)
        elif kind == TEXT and not isinstance(value, str):
            raise BadPack(label, "text", where)
        elif kind == FLAG and type(value) is not bool:
            raise BadPack(label, "boolean", where)
        elif kind == DATA:
            data_of(value)
    version = record.get("bver", VERSION)
    if type(version) is not int or not 0 < version <= VERSION:
        raise BadPack("bver", "version", str(version))
    count = sum([1 for label in VALUES if label in record])
    if count > 1:
        raise BadPack("v", "several-values", where)
    if count == 0 and "s" not in record and not _is_base_only(record):
        raise BadPack("v", "missing-value", where)


def _is_base_only(record: dict[str, object]) -> bool:
    """Whether `record` only sets base values for those that follow it (RFC 8428 section 5.1.7 has one)."""
    return len(record) > 0 and all(label in BASES for label in record)


def number(value: object, label: str, where: str = "") -> int | float:
    """`value` itself if it is a finite number; raises BadPack."""
    if type(value) is not int and type(value) is not float:
        raise BadPack(label, "number", where)
    if value - value != 0:
        raise BadPack(label, "not-finite", where)
    return value


def data_of(value: object) -> bytes:
    """The octets of a `vd`: bytes as they are, text from base64url without padding (RFC 4648 section 5)."""
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str) or len(value) % 4 == 1:
        raise BadPack("vd", "data")
    if not all(_is_alphanumeric(char) or char in "-_" for char in value):
        raise BadPack("vd", "data")
    return binascii.a2b_base64(value.replace("-", "+").replace("_", "/") + "=" * (-len(value) % 4))


def text_of_data(data: bytes) -> str:
    """Base64url without padding, as a `vd` in JSON has it."""
    text = str(binascii.b2a_base64(data), "utf-8")
    return text.strip().rstrip("=").replace("+", "-").replace("/", "_")


def resolve(records: list[dict[str, object]], now_s: float) -> list[dict[str, object]]:
    """Records without base fields and with absolute times, in the order of time (RFC 8428 section 4.6).

    `now_s` is Unix seconds: what a time below 2**28 is relative to. Extension labels are carried along.
    """
    base: dict[str, object] = {}
    resolved: list[tuple[int | float, dict[str, object]]] = []
    for record in records:
        check(record)
        for label in BASES:
            if label in record:
                base[label] = record[label]
        if _is_base_only(record) and "bv" not in base:
            continue
        time_s = _sum(base, "bt", record, "t")
        if time_s < limits.MIN_ABSOLUTE_TIME_S:
            time_s += now_s
        resolved.append((time_s, _resolve_one(record, base, time_s)))
    return [one for _, one in sorted(resolved, key=itemgetter(0))]


def _sum(base: dict[str, object], base_label: str, record: dict[str, object], label: str) -> int | float:
    return number(base.get(base_label, 0), base_label) + number(record.get(label, 0), label)


def _resolve_one(record: dict[str, object], base: dict[str, object], time_s: int | float) -> dict[str, object]:
    one = {label: value for label, value in record.items() if label not in BASES}
    one["n"] = _checked_name(str(base.get("bn", "")) + str(record.get("n", "")))
    one["t"] = time_s
    if "u" not in one and "bu" in base:
        one["u"] = base["bu"]
    if "v" in record or ("bv" in base and not any(label in record for label in VALUES)):
        one["v"] = _sum(base, "bv", record, "v")
    if "s" in record or "bs" in base:
        one["s"] = _sum(base, "bs", record, "s")
    if base.get("bver", VERSION) != VERSION:
        one["bver"] = base["bver"]
    return one


def _checked_name(name: str) -> str:
    if not name:
        raise BadPack("n", "missing-name")
    if not _is_alphanumeric(name[0]):
        raise BadPack("n", "name", name)
    if not all(_is_alphanumeric(char) or char in "-:./_" for char in name):
        raise BadPack("n", "name", name)
    return name


def _is_alphanumeric(char: str) -> bool:
    return "a" <= char <= "z" or "A" <= char <= "Z" or "0" <= char <= "9"


def encode(records: list[dict[str, object]], content_type: str = JSON) -> bytes:
    """The records as a document, labels in the order of LABELS, those of extensions after them; raises BadPack."""
    items = [encode_record(record, content_type) for record in records]
    if content_type == JSON:
        return b"[" + b",".join(items) + b"]"
    return cbor.head(cbor.ARRAY, len(items)) + b"".join(items)


def encode_record(record: dict[str, object], content_type: str) -> bytes:
    """One record as a JSON object or a CBOR map, to be put into an array."""
    check(record)
    labels = [label for label, _, _ in LABELS if label in record]
    labels += sorted([label for label in record if label not in _TYPES])
    if content_type == JSON:
        members = [text_json(label) + ":" + _value_json(record[label]) for label in labels]
        return ("{" + ",".join(members) + "}").encode()
    numbers = {label: number for label, number, _ in LABELS}
    parts = [cbor.head(cbor.MAP, len(labels))]
    for label in labels:
        value = data_of(record[label]) if label == "vd" else record[label]
        parts.append(cbor.encode(numbers.get(label, label)) + cbor.encode(_shortened(value)))
    return b"".join(parts)


def _value_json(value: object) -> str:
    if type(value) is bool:
        return "true" if value else "false"
    if isinstance(value, str):
        return text_json(value)
    if isinstance(value, bytes):
        return '"' + text_of_data(value) + '"'
    return number_json(number(value, "v"))


def _shortened(value: object) -> object:
    """Integral floats as integers: shorter in both forms, and the same number."""
    if type(value) is float and -(2**53) < value < 2**53 and value == int(value):
        return int(value)
    return value


def number_json(value: int | float) -> str:
    """A finite number in the fewest digits that give it back."""
    return str(_shortened(value))


def text_json(text: str) -> str:
    """A JSON string with its quotes."""
    parts = ['"']
    for char in text:
        if char == '"' or char == "\\":
            parts.append("\\" + char)
        elif char < " ":
            parts.append(f"\\u{ord(char):04x}")
        else:
            parts.append(char)
    parts.append('"')
    return "".join(parts)
