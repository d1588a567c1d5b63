"""Why something is refused, and what the sender should do: the slug is counted, the sentence is for a person."""

FIXES = {
    # the payload as a whole
    "empty": "send a JSON or CBOR array of SenML records",
    "too-long": "split it, 8192 bytes is the most a pack may have and 262144 a batch",
    "content-type": "use application/senml+json or application/senml+cbor",
    "not-json": "write JSON as RFC 8259 has it",
    "not-zlib": "compress a batch once, as one zlib stream without a preset dictionary, or not at all",
    "not-cbor": "use integers, floats, text, byte strings, true, false, arrays and maps only",
    "truncated": "send the whole document, it ends too early",
    "trailing": "send one document and nothing behind it",
    "depth": "do not nest, a pack is a list of flat records",
    "utf-8": "encode text as valid UTF-8, without half surrogate pairs",
    "duplicate-label": "use each label once in a record",
    "cbor-tag": "send plain numbers and text without tags",
    "cbor-indefinite": "give the length of each string, array and map at its start",
    "typed-array": "send the nine items of a batch in CBOR with the tags of docs/wire.md, arrays of one length",
    "cbor-key": "use integers or text as labels",
    "not-a-list": "send an array of records, also for one record",
    "not-a-record": "make each item of the array an object with SenML labels",
    "too-many-records": "split it, 256 records is the most a pack may have and 5000 a batch",
    # a field
    "label": "use the labels of this message only, and integers for them in CBOR",
    "base-field": "put bn and bt into the first record and use no other base field",
    "must-understand": "leave out labels that end with _",
    "version": "leave out bver, or send 10 at most",
    "number": "send a JSON or CBOR number, not a text and not a boolean",
    "integer": "send a whole number, zero or more",
    "not-finite": "send missing:<reason> in place of a value that is not a finite number",
    "text": "send a text of 1 to 200 printable characters",
    "boolean": "send true or false",
    "data": "encode vd as base64url without padding",
    "missing-name": "give each record a name n",
    "missing-value": "give each record one of v or vs",
    "several-values": "give each record one value only",
    "name": "write instrument.quantity, each of 1 to 32 characters a-z 0-9 -",
    "value-field": "use v for measurements, vs for missing:<reason>, epochs and faults",
    "missing-reason": "write missing:<reason> with a reason of a-z 0-9 -",
    "unit": "use a unit of the IANA SenML registry or leave u out",
    "duplicate": "send each (name, time) once in a pack",
    # a pack
    "head": "begin with the records epoch (with bn and bt), seq and kept, in this order",
    "base": "write bn as facility:node: with ids of 1 to 32 characters a-z 0-9 -",
    "epoch": "send eight lower-case hex digits, made when the outbox is created",
    "seq": "send a whole number from 0 to 2147483647",
    "protocol": "send p as a whole number from 1 on, the version of the protocol, in the first record",
    "kept-above-seq": "send the lowest seq neither acknowledged nor dropped, it cannot be above seq",
    "relative-time": "send bt as Unix seconds; relative times mean nothing after an hour in a queue",
    "time-in-milliseconds": "send bt and t in seconds, not in milliseconds",
    "time-offset": "keep t within a day of bt",
    "no-time": "set the clock of the node and resolve bt, or let a person place the pack",
    "void": "send a void pack with epoch, seq, kept and a reason, without time or observations",
    "too-many-gaps": "send the oldest unacknowledged packs again first",
    # a frame, an ack, a topic, a clock, a batch
    "crc": "look at the line: noise, speed, termination; the sender repeats what is not acknowledged",
    "not-an-ack": "send {epoch, through} and nothing else",
    "not-a-time": "send {nonce} or {nonce, ms} and nothing else",
    "topic": "use a topic of docs/wire.md",
    "id": "use 1 to 32 characters a-z 0-9 - that do not begin with -",
    "quality": "send q as 1, 2, 3, 4, or 9 with missing:<reason> and no value",
    "verdict": "send verdict as 1, 3 or 4 with the value that was told; a missing value has none",
    "tests": "send qt as names of tests or causes, a-z 0-9 _ . - with commas between them",
    "chain": "send chain as the numbers of the batch before and of this one, each of eight hex digits",
    "pack-record": "send epoch, seq and kept of the pack with one space between them",
    # a row of a logger's file
    "bad-time": "write the time as YYYY-MM-DD HH:MM:SS, or name its format in the mapping (time_format)",
    "ambiguous-time": "this hour exists twice at the end of summer time; export the file in UTC",
    "no-such-time": "this hour does not exist at the start of summer time; export the file in UTC",
    "same-time": "an earlier row of this file has this time; only that one is stored",
    "column-count": "the row has not as many columns as the header; check the delimiter and broken lines",
    "bad-number": "write a finite number with the decimal mark of the mapping, or a word of its missing",
    "no-line-end": "the file ends within this line, so it may be cut; end it with a line end if it is whole",
    # a message of another maker's network or logger
    "not-decoded": "let the network server decode it (codec, payload formatter), or the logger publish GeoJSON",
    # found by who knows more than the bytes
    "wrong-topic": "publish under the facility and node that bn names",
    "unknown-node": "add the node to facility.toml and apply it",
    "unknown-datastream": "add the datastream to facility.toml and apply it",
    "unit-mismatch": "send the unit of the birth document and of facility.toml",
    "before-facility": "set the clock of the node, the facility did not exist then",
    "clock-ahead": "set the clock of the sender; the readings wait to be released with its offset",
    "gateway-clock": "set the clock of the gateway; the readings wait to be released with its offset",
    "content-differs": "never use a seq twice; make a new epoch when the outbox is made anew",
    "conflict": "look at both values, the one stored first was kept",
}

DOUBTED_TIME = ("clock-ahead", "gateway-clock")
"""The readings are whole, and only their time is not believed: a person places them, by the offset of the clock."""
RENAMED = {"in-the-future": "clock-ahead"}
"""Reasons of agents of an earlier version."""


def current(reason: str) -> str:
    """The word of this version for a reason that an agent may have from an earlier one."""
    return RENAMED.get(reason, reason)
