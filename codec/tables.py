"""This contract as Markdown: ``python -m codec.tables`` prints docs/wire.md, every table and example from the code."""

import hashlib
from collections.abc import Callable
from inspect import signature

from codec import batch, batch_ack, cborbatch, chain, frame, hello, pack_text, senml, units
from codec.batch_ack import BatchAck
from codec.chain import Link
from codec.hello import HELLO_WAITS_S, Hello, Reply
from wire import acks, clock, limits, names, protocol, quality, reasons, topics

INTRODUCTION = """\
# The wire

*Printed by `python -m codec.tables`: change the code, not this page.*

Three borders, three messages. A node sends **packs** to its edge agent, an agent sends **batches** to the centre, and
who receives answers with **acks**. All are SenML ([RFC 8428](https://www.rfc-editor.org/rfc/rfc8428)) or plain JSON
over MQTT with QoS 1. A message that breaks a rule of this page is refused: it is quarantined under its reason,
counted as stored, and changes nothing else. One of a protocol that its receiver does not understand is held back: not
acknowledged, so its sender keeps it. So is a batch of which what is refused finds no room in the centre's quarantine
([the quarantine](operating/quarantine.md)).

`wire/` has the rules that node and centre share and is importable under MicroPython; `codec/` reads and writes packs,
batches and frames on CPython. A node writes its packs by itself
([decision 6](decisions/0006-node-writes-its-own-text.md)).
"""
NAMES = """\
## Names

An id (facility, node, agent, instrument) is 1 to 32 characters `a-z 0-9 -` and does not begin with `-`.
A datastream is `{facility}:{node}:{instrument}.{quantity}`, for example `vale:n07:vw1.frequency`.
The MQTT user of a node is `{facility}/{node}`, which is its client id too, and of ingest `_ingest`. An agent has a
user and a client id for each connection: `{facility}/_edge/{agent}` and `{facility}-{agent}-uplink` towards the centre,
`{facility}/_site/{agent}` and `{facility}-{agent}-site` at the broker of its nodes, which may be the same, and
`{facility}/_history/{agent}` and `{facility}-{agent}-import` for history that is brought beside it. Each may write,
read and subscribe to what this table gives it, and nothing else; the broker's rules are made from the same functions
([decision 19](decisions/0019-broker-identity.md)).
"""
TOPICS: tuple[tuple[Callable[..., str], str, str, int, str], ...] = (  # topic, from, to, quality of service, payload
    (topics.obs, "node", "agent", 1, "pack"),
    (
        topics.birth,
        "node",
        "agent",
        1,
        "firmware and protocol, board, serial numbers, channels with unit, configuration hash",
    ),
    (topics.state, "node or its will", "agent", 1, "online, sleeping until, offline"),
    (topics.ack, "agent", "node", 1, "ack"),
    (topics.time, "node", "agent", 0, "`nonce`"),
    (topics.time_reply, "agent", "node", 0, "`nonce` and Unix milliseconds `ms`"),
    (topics.config, "agent", "node", 1, "the whole configuration with its hash"),
    (topics.cmd, "agent", "node", 1, "`id` and arguments"),
    (topics.reply, "node", "agent", 1, "`id` and result"),
    (topics.batch, "agent", "ingest", 1, "batch"),
    (topics.agent_ack, "ingest", "agent", 1, "ack"),
    (
        topics.agent_state,
        "agent or its will",
        "ingest",
        1,
        "protocol and release, status, backlog, configuration version",
    ),
    (topics.agent_time, "agent", "ingest", 0, "`nonce`"),
    (topics.agent_time_reply, "ingest", "agent", 0, "`nonce` and Unix milliseconds `ms`"),
    (topics.agent_hello, "agent", "ingest", 0, "hello"),
    (topics.agent_hello_reply, "ingest", "agent", 0, "its answer"),
    (topics.agent_run, "agent", "agent", 1, "which run of it has connected: `since`, `id`, `host`"),
    (topics.agent_config, "ingest", "agent", 1, "facility file of this agent"),
    (topics.agent_approvals, "ingest", "agent", 1, "approvals of plans given at the centre"),
    (topics.agent_cmd, "ingest", "agent", 1, "`id` and arguments"),
    (topics.agent_reply, "agent", "ingest", 1, "`id` and result"),
)
VERSIONS = """\
## Versions

This release speaks protocol {newest} and understands {oldest} to {newest}. A release understands its own protocol and
those of two releases back. The receiver is upgraded first: the centre before the gateways, a gateway before its nodes.

The first record of a pack or batch states the protocol in the label `p`; where it states none, the protocol is
{unstated}. A batch always states it. A pack states it only when its form is not that of {unstated}: in this release
none does, so versions cost a node no airtime, and its birth says what it speaks
([decision 16](decisions/0016-protocol-versions.md)). In every protocol the first record stays flat and keeps `p`, and
the topics, the ack and the hello keep the members that they have here.

One function (`wire.protocol.treatment`) says how a receiver treats a head:

{table}
What is held back is not acknowledged, not stored and not put into quarantine; its sender keeps it and repeats it with
its usual patience, and no other sender waits for it. The receiver notes sender, version, since when and how often, and
says who is to be upgraded: the centre in its log and in `tailwatch_agent_not_understood` of its metrics, a gateway in
its state document and status report. A sender whose centre does not understand it says so in the same places.
"""
TREATMENTS = {
    protocol.UNDERSTOOD: "it is read by the rules of this page",
    protocol.LATER: "it is held back until the receiver is upgraded",
    protocol.EARLIER: "it is held back until the sender is upgraded",
}
HELLO = """\
## Hello

At each connect an agent says what it speaks and works by; `configuration` and `approvals` are SHA-256 of the documents
that it has. The centre answers with the protocols that it understands, its ack for this epoch (`null`: nothing of it is
here), and the hashes of what is in force. What differs goes out anew on its own topic, so nothing rests on what a
broker retains. The answer repeats the number of the session; a hello without an answer is said again after {first} s,
then twice as long each time, at most {longest} s, and once in `resend_after_s` to a centre that is too old. Unknown
members are passed over.
"""
TWO_AGENTS = """\
## Two agents of one name

A broker has one connection for a client id, so two agents of one name take it from each other for ever. Each says at
its connect, retained on `run`, since when it runs (Unix ms), an id of this run and the name of its machine. One whose
connection was taken (MQTT 5.0, reason code 0x8E) reads that when it is back. Of the two the one with the smaller
`since`, then the smaller `id`, goes on, and the other ends; both say once who and where.
"""
PACKS = """\
## Pack

The first three records are `epoch` (with the base name `bn` and the time `bt`), `seq` and `kept`, so that they can be
read by prefix even if the rest is broken. `bt` is whole Unix seconds, `t` a small offset from it; times are rounded to
1 ms. Relative times are refused, for a queue may have held the pack for hours. A failed read is
`"vs":"missing:<reason>"`, never a number. `u` is a unit of the IANA registry (below) or absent; then the unit of the
birth document holds. Zero has one sign: `-0.0` is read as `0.0`. No (name, time) stands twice in a pack.
`application/senml+cbor` is the same pack after RFC 8428 section 6, without tags and indefinite lengths; where the
sender cannot say which it is, the first byte does (0x80 to 0x9f is CBOR).
"""
DECISION = "0013-batches-in-cbor.md"
_BATCH_HEAD = ("vale", "gw1", "5c77e0d1", 12, 3)
_BEFORE = "7d0c11f2"
_HEX_WIDTH = 3 * 32
_NOON_MS = 1764079200250
RESERVED = {
    "epoch": "eight hex digits, made when the outbox is created, compared for equality only",
    "seq": "counts the packs of this epoch from 0 without a gap, through resets",
    "kept": "the lowest seq neither acknowledged nor dropped, at the moment of sending",
    "boot": "how often the clock was lost",
    "uptime": "seconds since then; without `bt` it makes the pack a `no-time`",
    "void": "reason: the sender can no longer read this pack; it carries no time and no readings",
    "dropped": "running total of packs that the sender had to drop; what it dropped since it last said so lies right"
    " below `kept`, and what is missing there is dropped, elsewhere lost",
}
ACKS = """\
## Ack

Every seq up to `through` of this epoch is stored or accounted for. A gap stops it, the sender's `kept` lets it pass
what the sender dropped, and it never goes back. A sender frees only what an ack of its own epoch covers. It starts
again from *kept* when no ack has moved for `resend_after_s`, and waits twice as long each further time, up to 16 times.

`at` is the time `bt` that pack `through` states; it is absent where that one is not known or has none. An ack of the
sender's own epoch that lies beyond its last seq, or whose `at` is not the time of its own pack `through`, frees
nothing: its flash was put back to an older copy, and others were written under these numbers before. It goes on in a
new epoch with all that is not acknowledged; its numbers go on, and what lies below the first `kept` of an epoch is not
of it. A pack that is sent again states the time that it stated before; with another one, or with other readings, it
is no repeat and goes into quarantine as `content-differs`. A sender of protocol 2 may pass `at` over.
"""
CHAIN = """\
### Of batches

A card that is put back to an older image has a buffer with the same epoch and smaller numbers, and writes other batches
under numbers that the centre has. So each batch has a number that stands for its content and all before it: the CRC-32
of its body, begun with the number of the batch before it. `chain` in the first record states both, the one before and
its own; an epoch begins with any number. An ack of batches names `chain`, the number of the batch `through`:

```json
{acks}
```

- An agent frees what an ack covers only if the batch `through` has that number in its buffer. Then the centre has that
  batch and all before it from this very history, however far the buffer had been put back and whatever it wrote since.
- The centre compares each batch with the one under its seq, and its `chain` with the batches before and behind it. One
  that does not fit is not entered: it goes into quarantine as `content-differs`, and the ack has its seq as `differs`.
  So what is stored under an epoch is one history, whatever comes first, and an ack cannot jump from one into another.
- An ack of the agent's own epoch that lies beyond what it wrote, names another number for a batch that it has, or says
  `differs`, proves that the buffer is the older copy. The agent goes on in a new epoch with all that is not
  acknowledged; seq and chain go on, and what lies below the first `kept` of an epoch is not of it.

An ack with `held` says that the batch of this seq is held back: what is refused of it finds no room in quarantine. The
agent keeps it, and says so in its state document and status report, until an ack has passed it.

It rests on nothing that may be late or missing: without an ack nothing is freed, and each ack that comes is compared.
The centre keeps the numbers of the newest `MAX_CHAIN` batches of an epoch. Of an older one it cannot say whether it
differs, so it counts it as a repeat; its ack, which names its newest batch, still shows the agent that its history is
another, and frees nothing. Two histories go unseen when two numbers of 32 bits are equal by chance. What the gateway
wrote after the image and had not sent is gone with the disk: its nodes' packs are in the ledger as lost. A batch
without `chain` (an agent of protocol 1) is compared by its content alone; its ack names no number.
"""
CLOCKS = """\
## Clocks

A node without a clock asks its agent on `time`, an agent asks the centre; the answer repeats the nonce, so nothing
that a broker kept is taken for the time of now. Two clocks may differ by `MAX_CLOCK_ERROR_S`. What is dated further
ahead of its receiver's clock is refused as `clock-ahead`: it would stand as the newest, before everything real. An
agent whose own clock differs by more from the centre's says so in its state document and gives nodes no time; it goes
by the centre's time. While it cannot ask, and what it has stored or clocks that never came from it contradict its own,
everything whose time it would have to judge or to give is refused as `gateway-clock`, and so is what a node dates by a
wrong time that it was given. All of it is kept whole, counted as stored, and waits for a person who knows the offset.
"""
FRAMES = """\
## Frame

On a serial line (RS-485, radio modem) the same messages travel without a broker, each as
`0x00, COBS(topic length in one byte, topic, payload, CRC-32), 0x00`; the CRC covers what is before it, high byte first.
A node writes `obs` and `time`, the agent answers with `ack` after each group that it stored, and `time/reply`. A frame
that fails its CRC is skipped: what is not acknowledged is sent again. Half-duplex adapters may echo: nobody reads a
topic that is its own to write.
"""
BATCHES = """\
## Batch

`bn` is `{facility}:`; the head names the agent and the place in its `chain` (above). Times are absolute. Extension
labels: `q` is the QARTOD flag, `qt` the names of all tests and causes that decided, each once in the order of the
alphabet and `more` last where they have no room, `cfg` the configuration version that derived the value (raw ones have
none). A missing value has
`"vs":"missing:<reason>"` and `q` 9. One `pack` record for each pack the agent took (`st` is `void` or `quarantined`,
absent when stored; `at` is its `bt`), `repeats` with the total of duplicates, `quarantine` with what was refused,
`fault.<instrument>` what a node said of an instrument.

A record with `verdict` in place of `q` is the same observation once more, with the flag that it has now that later ones
are there ([decision 12](decisions/0012-late-verdicts.md)). A verdict is only ever worse than what was told before, in
the order 2, 1, 3, 4, or names the same tests and more for the same flag, so it means the same in any order of arrival.
An agent of an older version sends none.

A batch may travel as one zlib stream (RFC 1950); the first byte tells which it is, 0x78 or `[`. The receiver expands no
more than `MAX_BATCH_BYTES` of it. An agent compresses what has 256 bytes or more
([decision 9](decisions/0009-compression.md)). Packs of nodes are not compressed.
"""
CBOR_BATCHES = """\
The same batch may come in CBOR ([RFC 8949](https://www.rfc-editor.org/rfc/rfc8949)), compressed or not: one array of
nine items, first byte 0x89 ([decision {decision}](decisions/{file})). Row i of each of the six typed arrays
([RFC 8746](https://www.rfc-editor.org/rfc/rfc8746), little endian) is observation i.

{table}
The batch of the example in this form, in hex:

```
{example}
```
"""
CBOR_ITEMS = {
    "json": "the batch in JSON without its observations",
    "channels": "lines `name` or `name unit`, numbered from 0",
    "words": "lines numbered from 1: `tests`; of a missing value `reason` or `reason tests`",
    "channel": "number of the channel",
    "time": "Unix milliseconds",
    "value": "NaN: missing",
    "quality": "as `q`",
    "word": "number of the word, 0: none; no bytes at all when there is no word",
    "cfg": "as `cfg`, -1: raw; no bytes at all when all are",
}
LIMITS = {
    "MAX_PACK_BYTES": "bytes of a pack",
    "MAX_PACK_RECORDS": "records of a pack, the head among them",
    "MAX_BATCH_BYTES": "bytes of a batch, before compression",
    "MAX_BATCH_RECORDS": "records of a batch, the head among them",
    "BATCH_HEAD_BYTES": "bytes of those that are kept free for the head of a batch",
    "MAX_ACK_BYTES": "bytes of an ack, a time request or its reply",
    "MAX_DEPTH": "levels of lists and objects in any document",
    "MAX_UNACKED": "packs or batches that are sent and not yet acknowledged",
    "MAX_TOPIC_BYTES": "bytes of a topic in a frame",
    "MAX_FRAME_BYTES": "bytes of a frame on a serial line",
    "MAX_ID": "characters of an id",
    "MAX_NAME": "characters of a datastream's full name",
    "MAX_TEXT": "characters of a fault text",
    "MAX_SEQ": "highest seq",
    "MAX_COUNT": "highest value of a counter",
    "MAX_SEQUENCE_RANGES": "gaps and voids that a sequence state remembers one by one",
    "MAX_JUMP": "missing seqs in a row that are believed; more are a jump of the sender's counter, and under no word",
    "MAX_CHAIN": "batches of an epoch whose numbers the centre keeps to compare with",
    "MAX_QUARANTINE_BYTES": "bytes of a refused pack or message that an agent keeps",
    "MIN_ABSOLUTE_TIME_S": "Unix seconds; what is smaller is a relative time",
    "MAX_ABSOLUTE_TIME_S": "Unix seconds; what is larger is in milliseconds",
    "MAX_CLOCK_ERROR_S": "seconds that two clocks may differ",
    "MAX_OFFSET_S": "seconds between `t` and `bt`",
    "RESEND_NODE_S": "seconds without a moving ack before a node sends again",
    "RESEND_AGENT_S": "the same for an agent",
    "MAX_BACKOFF": "times that wait, at most",
}


def table(heads: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def shown_topic(topic: Callable[..., str]) -> str:
    """A topic with the words of its parts in place of ids."""
    words = list(signature(topic).parameters)
    shown = topic(*words)
    for word in words:
        shown = shown.replace(f"/{word}", f"/{{{word}}}")
    return shown


def topics_table() -> str:
    rows: list[tuple[object, ...]] = []
    for topic, sender, receiver, qos, payload in TOPICS:
        shown = shown_topic(topic)
        leaf = topics.parse(shown.replace("{", "").replace("}", "")).leaf
        rows.append((f"`{shown}`", sender, receiver, qos, "yes" if leaf in topics.RETAINED else "", payload))
    return table(("topic", "from", "to", "QoS", "retained", "payload"), rows)


def pack_example() -> str:
    readings: list[tuple[str, float | str, str | None, float]] = [
        ("vw1.frequency", 2831.4, "Hz", 0),
        ("vw1.snr", 23.1, None, 0),
        ("vw1.thermistor", 4821, "Ohm", -2.5),
        ("sonde1.ph", "missing:timeout", None, 0),
        ("fault.sonde1", "no answer in 2000 ms", None, 0),
    ]
    body = pack_text.body(readings, boot=12)
    return _folded(pack_text.put_head(body, "vale:n07:", 1764079200, "9f3a01bc", 4711, oldest_unacked=4690, dropped=3))


def batch_example() -> str:
    body = batch.encode(_batch())
    return _folded(batch.put_head(body, *_BATCH_HEAD, link=Link(_BEFORE, chain.grow(_BEFORE, body))))


def cbor_batches() -> str:
    """The section of the other form."""
    rows: list[tuple[object, ...]] = [
        (f"`{name}`", f"typed array {tag}" if tag else "text", CBOR_ITEMS[name]) for name, tag, _ in cborbatch.FORM
    ]
    body = cborbatch.encode(_batch())
    example = cborbatch.put_head(body, *_BATCH_HEAD, link=Link(_BEFORE, chain.grow(_BEFORE, body))).hex(" ")
    lines = "\n".join(example[at : at + _HEX_WIDTH].rstrip() for at in range(0, len(example), _HEX_WIDTH))
    return CBOR_BATCHES.format(
        decision=DECISION[:4].lstrip("0"), file=DECISION, table=table(("item", "type", "of"), rows), example=lines
    )


def _batch() -> batch.Batch:
    name, time_ms = "n07:vw1.frequency", 1764079200000
    observations = [
        batch.BatchObservation(name, time_ms, 2831.4, quality.PASS, "gross_range", cfg=None, unit="Hz", missing=None),
        batch.BatchObservation(
            "n07:vw1.pressure", time_ms, 93.25, quality.SUSPECT, "spike", cfg=3, unit="kPa", missing=None
        ),
        batch.BatchObservation(
            "n07:sonde1.ph", time_ms, None, quality.MISSING, None, cfg=None, unit=None, missing="timeout"
        ),
    ]
    packs = [
        batch.PackRecord(
            "n07", time_ms + 1250, "9f3a01bc", 4711, 4690, status=batch.STORED, dropped=3, at_s=1764079200, late=0
        )
    ]
    refused = reasons.FIXES["relative-time"]
    quarantine = [
        batch.QuarantineRecord(
            "n07", time_ms, b"[{}]", "relative-time", "bt", fix=refused, bytes=4, epoch="9f3a01bc", seq=4712
        )
    ]
    faults = [batch.FaultRecord("n07:fault.sonde1", time_ms, "no answer in 2000 ms")]
    before_ms = time_ms - 60_000
    verdicts = [
        batch.BatchObservation(
            "n07:vw1.pressure", before_ms, 97.5, quality.FAIL, "spike", cfg=3, unit="kPa", missing=None
        )
    ]
    return batch.Batch(*_BATCH_HEAD, observations, packs, [("n07", 2)], quarantine, faults, verdicts)


def _folded(document: bytes) -> str:
    """A JSON document in a code block, one record a line."""
    return "```json\n" + document.decode().replace("},{", "},\n {") + "\n```\n"


def versions() -> str:
    """The section of the versions."""
    stated = range(1, protocol.PROTOCOL + 2)
    rows: list[tuple[object, ...]] = [(f"`{word}`", TREATMENTS[word]) for word in TREATMENTS]
    shown = ", ".join(f"{one} is `{protocol.treatment(one)}`" for one in stated)
    return VERSIONS.format(
        newest=protocol.PROTOCOL,
        oldest=protocol.OLDEST_UNDERSTOOD,
        unstated=protocol.UNSTATED,
        table=table(("treatment", "what becomes of it"), rows) + f"\nTo this release {shown}.\n",
    )


def hello_example() -> str:
    """A hello and its answer."""
    digest = hashlib.sha256(b"").hexdigest()
    said = Hello(42, protocol.PROTOCOL, "0.2.0", "5c77e0d1", digest, approvals="")
    through = BatchAck("5c77e0d1", 11, "7d0c11f2")
    oldest, newest = protocol.OLDEST_UNDERSTOOD, protocol.PROTOCOL
    reply = Reply(42, oldest, newest, "0.2.0", through, configuration=digest, approvals=digest)
    return "```json\n" + hello.encode(said).decode() + "\n" + hello.encode(reply).decode() + "\n```\n"


def chain_of_batches() -> str:
    """What an ack of batches says, and why."""
    told = [
        BatchAck("5c77e0d1", 11, _BEFORE),
        BatchAck("5c77e0d1", 11, _BEFORE, differs=12),
        BatchAck("5c77e0d1", 11, _BEFORE, held=12),
    ]
    acks_told = "\n".join(batch_ack.encode(ack).decode() for ack in told)
    return CHAIN.format(acks=acks_told)


def limits_table() -> str:
    return table(("limit", "value", "of"), [(f"`{name}`", getattr(limits, name), LIMITS[name]) for name in LIMITS])


def labels_table() -> str:
    used = {"bn", "bt", "bver", "n", "u", "t", "v", "vs"}
    rows: list[tuple[object, ...]] = [
        (f"`{label}`", number, kind, "yes" if label in used else "") for label, number, kind in senml.LABELS
    ]
    return table(("label", "in CBOR", "type", "in packs"), rows)


def document() -> str:
    """The whole page."""
    reserved: list[tuple[object, ...]] = [(f"`{name}`", RESERVED[name]) for name in names.RESERVED]
    refused: list[tuple[object, ...]] = [(f"`{reason}`", fix) for reason, fix in reasons.FIXES.items()]
    parts = [
        INTRODUCTION,
        NAMES,
        topics_table(),
        versions(),
        PACKS,
        pack_example(),
        "Reserved records; none of them is an observation:\n",
        table(("name", "meaning"), reserved),
        "Labels of RFC 8428:\n",
        labels_table(),
        "Units: " + " ".join(f"`{symbol}`" for symbol in units.symbols()) + "\n",
        ACKS,
        "```json\n" + acks.encode("9f3a01bc", 4711, _NOON_MS // 1000).decode() + "\n```\n",
        chain_of_batches(),
        HELLO.format(first=HELLO_WAITS_S[0], longest=HELLO_WAITS_S[1]),
        hello_example(),
        TWO_AGENTS,
        CLOCKS,
        "```\n" + clock.encode_request(42).decode() + "\n" + clock.encode_reply(42, _NOON_MS).decode() + "\n```\n",
        FRAMES,
        "The frame of this ack, in hex:\n",
        "```\n" + frame.encode(topics.ack("vale", "n07"), acks.encode("9f3a01bc", 4711)).hex(" ") + "\n```\n",
        BATCHES,
        batch_example(),
        cbor_batches(),
        "## Quality\n",
        table(("flag", "QARTOD"), list(quality.FLAGS)),
        "When tests disagree the worst decides: 9, then 4, 3, 2, 1.\n",
        "## Limits\n",
        limits_table(),
        "## Reasons\n\nWhy something is refused, and what the sender should do.\n",
        table(("reason", "fix"), refused),
    ]
    return "\n".join(parts)


if __name__ == "__main__":
    print(document(), end="")
