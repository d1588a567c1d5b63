"""Bad packs and the refusal that each must get: one table for the codec, the VM and the end-to-end suite.

`BAD_PACKS` holds (name, bytes, content type, reason, field). `HEADLESS` names those whose epoch and seq cannot be read
even by prefix; all others can be placed in their sender's sequence state although they are refused.
"""

JSON = "application/senml+json"
CBOR = "application/senml+cbor"
BASE, EPOCH, SEQ, KEPT, TIME_S = "vale:n07:", "9f3a01bc", 4711, 4690, 1764079200
FIRST = b'{"bn":"vale:n07:","bt":1764079200,"n":"epoch","vs":"9f3a01bc"}'
REST = b'{"n":"seq","v":4711},{"n":"kept","v":4690}'
HEAD = b"[" + FIRST + b"," + REST
GOOD_JSON = HEAD + b',{"n":"boot","v":12},{"n":"vw1.frequency","u":"Hz","v":2831.4}]'
# the same in CBOR, written by hand after RFC 8949 section 3 and RFC 8428 table 4: -2 is 0x21, -3 is 0x22
CBOR_FIRST = b"\xa4\x21\x69vale:n07:\x22\x1a\x69\x25\xb6\x60\x00\x65epoch\x03\x689f3a01bc"
CBOR_REST = b"\xa2\x00\x63seq\x02\x19\x12\x67\xa2\x00\x64kept\x02\x19\x12\x52"
CBOR_HEAD = CBOR_FIRST + CBOR_REST
CBOR_READING = b"\xa3\x00\x6dvw1.frequency\x01\x62Hz\x02\xfb\x40\xa6\x1e\xcc\xcc\xcc\xcc\xcd"
GOOD_CBOR = b"\x84" + CBOR_HEAD + CBOR_READING
VOID = HEAD.replace(b'"bt":1764079200,', b"") + b',{"n":"void","vs":"crc"}'


def after(record: bytes) -> bytes:
    """A good head followed by `record`."""
    return HEAD + b"," + record + b"]"


def head_with(old: bytes, new: bytes) -> bytes:
    """A pack whose head differs in one place."""
    assert old in HEAD
    return HEAD.replace(old, new) + b',{"n":"vw1.snr","v":23.1}]'


def cbor_after(record: bytes) -> bytes:
    """A good CBOR head followed by `record`."""
    return b"\x84" + CBOR_HEAD + record


def _many(count: int) -> bytes:
    return HEAD + b"".join(b',{"n":"vw1.c%d","v":1}' % i for i in range(count)) + b"]"


_PAYLOADS = [
    ("empty", b"", JSON, "empty", "payload"),
    ("not-json", b"hello", JSON, "not-json", "payload"),
    ("binary", bytes(range(1, 60)), JSON, "not-json", "payload"),
    ("an-object", FIRST, JSON, "not-a-list", "payload"),
    ("a-number", b"17", JSON, "not-a-list", "payload"),
    ("list-of-numbers", b"[1,2,3]", JSON, "not-a-record", "payload"),
    ("empty-list", b"[]", JSON, "head", "epoch"),
    ("truncated", GOOD_JSON[:-7], JSON, "truncated", "payload"),
    ("trailing", GOOD_JSON + b"[]", JSON, "trailing", "payload"),
    ("trailing-comma", GOOD_JSON[:-1] + b",]", JSON, "not-json", "payload"),
    ("missing-comma", HEAD + b'{"n":"vw1.snr","v":1}]', JSON, "not-json", "payload"),
    ("one-megabyte", HEAD + b"," + b" " * 1048576 + b"]", JSON, "too-long", "payload"),
    ("ten-thousand-records", _many(10000), JSON, "too-long", "payload"),
    ("257-records", _many(254), JSON, "too-many-records", "payload"),
    ("depth-bomb", b"[" * 8000, JSON, "depth", "payload"),
    ("depth-bomb-inside", after(b'{"n":' * 1000), JSON, "depth", "payload"),
    ("byte-order-mark", b"\xef\xbb\xbf" + GOOD_JSON, JSON, "not-json", "payload"),
    ("invalid-utf-8", after(b'{"n":"fault.vw1","vs":"\xff\xfe"}'), JSON, "utf-8", "vs"),
    ("overlong-utf-8", after(b'{"n":"fault.vw1","vs":"\xc0\xaf"}'), JSON, "utf-8", "vs"),
    ("utf-8-surrogate", after(b'{"n":"fault.vw1","vs":"\xed\xa0\x80"}'), JSON, "utf-8", "vs"),
    ("lone-surrogate", after(b'{"n":"fault.vw1","vs":"\\ud800"}'), JSON, "utf-8", "vs"),
    ("control-character", after(b'{"n":"fault.vw1","vs":"a\nb"}'), JSON, "not-json", "payload"),
    ("escaped-nul", after(b'{"n":"fault.vw1","vs":"a\\u0000b"}'), JSON, "text", "vs"),
    ("wrong-content-type", GOOD_JSON, "text/plain", "content-type", "content-type"),
    ("zip-bomb", b"\x1f\x8b\x08\x00" + bytes(4000), JSON, "not-json", "payload"),
]
_FIELDS = [
    ("repeated-label", after(b'{"n":"vw1.snr","v":1,"v":2}'), JSON, "duplicate-label", "v"),
    ("repeated-escaped-label", after(b'{"n":"vw1.snr","v":1,"\\u0076":2}'), JSON, "duplicate-label", "v"),
    ("nan", after(b'{"n":"vw1.snr","v":NaN}'), JSON, "not-finite", "v"),
    ("infinity", after(b'{"n":"vw1.snr","v":Infinity}'), JSON, "not-finite", "v"),
    ("minus-infinity", after(b'{"n":"vw1.snr","v":-Infinity}'), JSON, "not-finite", "v"),
    ("1e999", after(b'{"n":"vw1.snr","v":1e999}'), JSON, "not-finite", "v"),
    ("five-thousand-digits", after(b'{"n":"vw1.snr","v":' + b"9" * 5000 + b"}"), JSON, "not-finite", "v"),
    ("number-as-text", after(b'{"n":"vw1.snr","v":"1.5"}'), JSON, "number", "v"),
    ("boolean-as-number", after(b'{"n":"vw1.snr","v":true}'), JSON, "number", "v"),
    ("null-value", after(b'{"n":"vw1.snr","v":null}'), JSON, "number", "v"),
    ("list-as-value", after(b'{"n":"vw1.snr","v":[1]}'), JSON, "number", "v"),
    ("leading-zero", after(b'{"n":"vw1.snr","v":01}'), JSON, "not-json", "payload"),
    ("bare-point", after(b'{"n":"vw1.snr","v":1.}'), JSON, "not-json", "payload"),
    ("no-name", after(b'{"v":1}'), JSON, "missing-name", "n"),
    ("null-name", after(b'{"n":null,"v":1}'), JSON, "missing-name", "n"),
    ("number-as-name", after(b'{"n":5,"v":1}'), JSON, "text", "n"),
    ("no-value", after(b'{"n":"vw1.snr"}'), JSON, "missing-value", "v"),
    ("two-values", after(b'{"n":"vw1.snr","v":1,"vs":"missing:timeout"}'), JSON, "several-values", "v"),
    ("boolean-value", after(b'{"n":"vw1.snr","vb":true}'), JSON, "value-field", "vb"),
    ("data-value", after(b'{"n":"vw1.snr","vd":"AAAA"}'), JSON, "value-field", "vd"),
    ("sum", after(b'{"n":"vw1.snr","v":1,"s":2}'), JSON, "value-field", "s"),
    ("base-name-again", after(b'{"bn":"vale:n08:","n":"vw1.snr","v":1}'), JSON, "base-field", "bn"),
    ("base-time-again", after(b'{"bt":1764079300,"n":"vw1.snr","v":1}'), JSON, "base-field", "bt"),
    ("base-unit", after(b'{"bu":"V","n":"vw1.snr","v":1}'), JSON, "base-field", "bu"),
    ("base-value", head_with(b'"n":"epoch"', b'"bv":10,"n":"epoch"'), JSON, "base-field", "bv"),
    ("unknown-label", after(b'{"n":"vw1.snr","value":1}'), JSON, "label", "value"),
    ("empty-label", after(b'{"":1,"n":"vw1.snr","v":1}'), JSON, "label", "?"),
    ("must-understand", after(b'{"n":"vw1.snr","v":1,"x_":1}'), JSON, "label", "x_"),
    ("unknown-version", head_with(b'"n":"epoch"', b'"bver":11,"n":"epoch"'), JSON, "version", "bver"),
    ("name-with-slash", after(b'{"n":"vw1/snr","v":1}'), JSON, "name", "n"),
    ("name-with-space", after(b'{"n":"vw1.s nr","v":1}'), JSON, "name", "n"),
    ("name-in-unicode", after('{"n":"vw1.pressão","v":1}'.encode()), JSON, "name", "n"),
    ("name-in-capitals", after(b'{"n":"VW1.snr","v":1}'), JSON, "name", "n"),
    ("name-of-300", after(b'{"n":"vw1.' + b"a" * 300 + b'","v":1}'), JSON, "name", "n"),
    ("name-without-quantity", after(b'{"n":"vw1","v":1}'), JSON, "name", "n"),
    ("name-in-three-parts", after(b'{"n":"vw1.a.b","v":1}'), JSON, "name", "n"),
    ("name-with-hyphen-first", after(b'{"n":"-vw1.snr","v":1}'), JSON, "name", "n"),
    ("empty-name", after(b'{"n":"","v":1}'), JSON, "name", "n"),
    ("same-twice", after(b'{"n":"vw1.snr","v":1},{"n":"vw1.snr","v":2}'), JSON, "duplicate", "n"),
    ("same-within-a-ms", after(b'{"n":"a.b","v":1},{"n":"a.b","t":0.0004,"v":2}'), JSON, "duplicate", "n"),
    ("unregistered-unit", after(b'{"n":"vw1.pressure","u":"kPa","v":1}'), JSON, "unit", "u"),
    ("two-units-in-one", after(b'{"n":"vw1.pressure","u":"V W","v":1}'), JSON, "unit", "u"),
    ("unit-of-a-fault", after(b'{"n":"fault.vw1","u":"V","vs":"dead"}'), JSON, "unit", "u"),
    ("text-as-reading", after(b'{"n":"vw1.snr","vs":"n/a"}'), JSON, "missing-reason", "vs"),
    ("missing-without-reason", after(b'{"n":"vw1.snr","vs":"missing:"}'), JSON, "missing-reason", "vs"),
    ("fault-as-number", after(b'{"n":"fault.vw1","v":3}'), JSON, "text", "vs"),
    ("fault-too-long", after(b'{"n":"fault.vw1","vs":"' + b"a" * 201 + b'"}'), JSON, "text", "vs"),
]
_HEADS = [
    ("no-base-name", head_with(b'"bn":"vale:n07:",', b""), JSON, "base", "bn"),
    ("base-without-node", head_with(b"vale:n07:", b"vale:"), JSON, "base", "bn"),
    ("base-with-wildcard", head_with(b"vale:n07:", b"vale:+:"), JSON, "base", "bn"),
    ("base-as-number", head_with(b'"vale:n07:"', b"7"), JSON, "text", "bn"),
    ("no-seq", b"[" + FIRST + b',{"n":"kept","v":4690},{"n":"vw1.snr","v":1}]', JSON, "head", "seq"),
    ("no-kept", b"[" + FIRST + b',{"n":"seq","v":4711}]', JSON, "head", "kept"),
    ("seq-second-time", after(b'{"n":"seq","v":4712}'), JSON, "duplicate", "n"),
    ("boot-twice", after(b'{"n":"boot","v":1},{"n":"boot","v":1}'), JSON, "duplicate", "n"),
    ("epoch-in-capitals", head_with(b"9f3a01bc", b"9F3A01BC"), JSON, "epoch", "epoch"),
    ("epoch-too-short", head_with(b"9f3a01bc", b"9f3a01b"), JSON, "epoch", "epoch"),
    ("epoch-as-number", head_with(b'"vs":"9f3a01bc"', b'"v":12345678'), JSON, "value-field", "v"),
    ("seq-negative", head_with(b"4711", b"-1"), JSON, "seq", "seq"),
    ("seq-with-fraction", head_with(b"4711", b"4711.0"), JSON, "seq", "seq"),
    ("seq-as-text", head_with(b"4711", b'"4711"'), JSON, "number", "v"),
    ("seq-huge", head_with(b"4711", b"4711000000000000000000"), JSON, "seq", "seq"),
    ("kept-above-seq", head_with(b"4690", b"4712"), JSON, "kept-above-seq", "kept"),
    ("boot-negative", after(b'{"n":"boot","v":-1}'), JSON, "integer", "boot"),
    ("boot-with-fraction", after(b'{"n":"boot","v":1.5}'), JSON, "integer", "boot"),
    ("uptime-negative", after(b'{"n":"uptime","v":-0.5}'), JSON, "integer", "uptime"),
    ("unit-of-seq", head_with(b'"n":"seq"', b'"n":"seq","u":"count"'), JSON, "label", "u"),
    ("relative-time", head_with(b"1764079200", b"-5"), JSON, "relative-time", "bt"),
    ("time-since-2000", head_with(b"1764079200", b"268435455"), JSON, "relative-time", "bt"),
    ("time-zero", head_with(b"1764079200", b"0"), JSON, "relative-time", "bt"),
    ("time-in-milliseconds", head_with(b"1764079200", b"1764079200000"), JSON, "time-in-milliseconds", "bt"),
    ("time-with-fraction", head_with(b"1764079200", b"1764079200.5"), JSON, "integer", "bt"),
    ("time-as-text", head_with(b"1764079200", b'"2026-11-25"'), JSON, "number", "bt"),
    ("absolute-t", after(b'{"n":"vw1.snr","t":1764079200,"v":1}'), JSON, "time-offset", "t"),
    ("t-of-two-days", after(b'{"n":"vw1.snr","t":-172800,"v":1}'), JSON, "time-offset", "t"),
    ("no-time", head_with(b'"bt":1764079200,', b""), JSON, "no-time", "bt"),
    ("void-with-time", after(b'{"n":"void","vs":"crc"}'), JSON, "void", "bt"),
    ("void-with-readings", VOID + b',{"n":"vw1.snr","v":1}]', JSON, "void", "void"),
    ("void-without-reason", VOID.replace(b'"crc"', b'""') + b"]", JSON, "void", "void"),
]
_CBORS = [
    ("cbor-truncated", GOOD_CBOR[:-3], CBOR, "truncated", "payload"),
    ("cbor-trailing", GOOD_CBOR + b"\x00", CBOR, "trailing", "payload"),
    ("cbor-tag", cbor_after(b"\xa2\x00\x67vw1.snr\x02\xc4\x82\x20\x0f"), CBOR, "cbor-tag", "payload"),
    ("cbor-bignum", cbor_after(b"\xa2\x00\x67vw1.snr\x02\xc2\x41\x05"), CBOR, "cbor-tag", "payload"),
    ("cbor-self-described", b"\xd9\xd9\xf7" + GOOD_CBOR, CBOR, "cbor-tag", "payload"),
    ("cbor-indefinite-list", b"\x9f" + GOOD_CBOR[1:] + b"\xff", CBOR, "cbor-indefinite", "payload"),
    ("cbor-indefinite-map", cbor_after(b"\xbf\x00\x67vw1.snr\x02\x05\xff"), CBOR, "cbor-indefinite", "payload"),
    ("cbor-indefinite-text", cbor_after(b"\xa2\x00\x7f\x67vw1.snr\xff\x02\x05"), CBOR, "cbor-indefinite", "payload"),
    ("cbor-nan", cbor_after(b"\xa2\x00\x67vw1.snr\x02\xf9\x7e\x00"), CBOR, "not-finite", "v"),
    ("cbor-infinity", cbor_after(b"\xa2\x00\x67vw1.snr\x02\xf9\x7c\x00"), CBOR, "not-finite", "v"),
    ("cbor-boolean", cbor_after(b"\xa2\x00\x67vw1.snr\x02\xf5"), CBOR, "number", "v"),
    ("cbor-undefined", cbor_after(b"\xa2\x00\x67vw1.snr\x02\xf7"), CBOR, "not-cbor", "payload"),
    ("cbor-bytes-as-name", cbor_after(b"\xa2\x00\x47vw1.snr\x02\x05"), CBOR, "text", "n"),
    ("cbor-text-label", cbor_after(b"\xa2\x61n\x67vw1.snr\x02\x05"), CBOR, "label", "n"),
    ("cbor-unknown-label", cbor_after(b"\xa3\x00\x67vw1.snr\x02\x05\x18\x63\x05"), CBOR, "label", "99"),
    ("cbor-repeated-label", cbor_after(b"\xa3\x00\x67vw1.snr\x02\x05\x02\x06"), CBOR, "duplicate-label", "2"),
    ("cbor-float-label", cbor_after(b"\xa2\xf9\x00\x00\x67vw1.snr\x02\x05"), CBOR, "cbor-key", "payload"),
    ("cbor-boolean-label", cbor_after(b"\xa2\xf4\x67vw1.snr\x02\x05"), CBOR, "cbor-key", "payload"),
    ("cbor-utf-8", cbor_after(b"\xa2\x00\x69fault.vw1\x03\x62\xff\xfe"), CBOR, "utf-8", "payload"),
    ("cbor-depth-bomb", b"\x81" * 8000, CBOR, "depth", "payload"),
    ("cbor-huge-list", b"\x9b" + b"\xff" * 8, CBOR, "truncated", "payload"),
    ("cbor-huge-text", cbor_after(b"\xa2\x00\x7b" + b"\xff" * 8), CBOR, "truncated", "payload"),
    ("cbor-reserved", b"\x84" + CBOR_HEAD + b"\xa2\x00\x1c", CBOR, "not-cbor", "payload"),
    ("cbor-break", b"\xff", CBOR, "not-cbor", "payload"),
    ("json-as-cbor", GOOD_JSON, CBOR, "truncated", "payload"),
    ("cbor-as-json", GOOD_CBOR, JSON, "not-json", "payload"),
]
BAD_PACKS = _PAYLOADS + _FIELDS + _HEADS + _CBORS
HEADLESS = frozenset(
    """
    empty not-json binary an-object a-number list-of-numbers empty-list depth-bomb byte-order-mark zip-bomb
    base-value unknown-version no-base-name base-without-node base-with-wildcard base-as-number no-seq no-kept
    epoch-in-capitals epoch-too-short epoch-as-number seq-negative seq-with-fraction seq-as-text seq-huge
    kept-above-seq unit-of-seq time-as-text cbor-self-described cbor-indefinite-list cbor-depth-bomb
    cbor-huge-list cbor-break
    """.split()  # noqa: SIM905 - forty names are read better so
)
