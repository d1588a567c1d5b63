"""The parsers that a stranger, a device or a key can reach, by name.

Where two readers of the same bytes exist, they are read by both and must agree (`alike`).
"""

import hashlib
import io
import json
import logging
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import msgspec
import pydantic

from api.commands.models import NewCommand
from api.evidence import answers as evidence
from api.evidence.answers import BadEvidence
from api.evidence.files import MAX_NAME, clean_name
from api.http import cursors, times
from api.http.errors import BadParameter, BadSyntax, NotFound, NotSupported
from api.sensorthings import model, skip_tokens
from api.sensorthings import options as sensorthings
from api.sensorthings import paths as sensorthings_paths
from api.sensorthings.statements import Selection
from api.series.routes import SeriesQuery
from api.walk.models import NewReadings
from codec import batch, batch_ack, cborbatch, fast, fastbatch, frame, head, hello, json_document, pack, senml, tables
from codec.batch import Batch
from dashboard import multipart
from edge_agent.config import approvals, settings
from edge_agent.receive import csv_file, csv_rows
from edge_agent.receive.json_senders import reading
from edge_agent.receive.local_times import LocalClock
from edge_agent.receive.receivers import campbell_mqtt, chirpstack, modbus, sdi12, the_things_stack
from edge_agent.values import FilePosition
from firmware.node import mqtt
from firmware.node import settings as node_settings
from firmware.node.buses import sdi12 as node_sdi12
from firmware.node.commands import Commands
from firmware.node.drivers import ReadFailed
from firmware.node.exchange import _members
from ingest.commands.kind import CommandRefused, Task, kinds
from ingest.notifications import BadAddress, url_policy
from ingest.receive import packets, states
from ingest.receive.decode import decode as arrival_of
from ingest.samples import laboratory
from ingest.settings import Settings as IngestSettings
from ingest.values import Delivery
from runtime import settings as program_settings
from runtime.limited_child import MEMORY_BYTES, SECONDS
from runtime.settings import BadSettings
from tailings.facility import BadFacility
from tailings.facility import parse as parse_facility
from tailings.facility.mappings import Mapping
from tailings.laboratory import BadTable, read_assays, read_table
from tailings.laboratory.mapped import read_mapped
from tailings.laboratory.mapping import read_map
from tailings.mapped_tables.faults import BadMap, TableRefused
from tailings.register import read_map as read_register_map
from tailings.register import read_register
from tailings.register.tables import read_table as read_register_table
from tailings.study import BadStudy
from tailings.study.inputs import read_inputs
from tailings.water import parse as parse_water
from tailings.zones import parse_zone
from tests.codec import generated, test_fast, test_fastbatch
from tests.codec.bad_packs import CBOR, JSON
from tests.edge_agent.receive.receivers import test_campbell_mqtt, test_chirpstack, test_the_things_stack
from tests.firmware import test_settings as node_examples
from tests.fuzz.parser import DifferentVerdict, Parser, alike, unchanged
from tests.fuzz.whole_paths import WHOLE_PATHS
from tests.tailings.laboratory import surveys, test_assay_file
from tests.tailings.register.generated import LAYOUTS
from tests.tailings.register.generated import register as made_up
from tests.tailings.water.tables import YEAR
from wire import BadPack, acks, clock, topics

logging.getLogger("pymodbus").setLevel(logging.CRITICAL)  # it writes a line for each refusal
VALE: Final = Path("tests/data/vale.toml")
NOON_S: Final = 1_764_079_200
TOPIC: Final = topics.batch("vale", "gw1")
EXAMPLES: Final = 20
BOUNDARY: Final = "d41d8cd98f00"
FORM: Final = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="shows"\r\n\r\nseepage at berm B\r\n'
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="berm.jpg"\r\n'
    f"Content-Type: image/jpeg\r\n\r\n\xff\xd8\xff\xe0\r\n--{BOUNDARY}--\r\n"
).encode("latin-1")


def _taken(read: Callable[[bytes], object], found: list[bytes]) -> tuple[bytes, ...]:
    """Those that are valid: `generated` makes spoilt ones too."""
    return tuple(data for data in found if not isinstance(_outcome(read, data), BadPack))


def _outcome(read: Callable[[bytes], object], data: bytes) -> object:
    try:
        return read(data)
    except BadPack as bad:
        return bad


PACKS: Final = _taken(pack.decode, generated.packs(JSON, EXAMPLES))
CBOR_PACKS: Final = _taken(partial(pack.decode, content_type=CBOR), generated.packs(CBOR, EXAMPLES))
BATCHES: Final = _taken(batch.decode, generated.batches(EXAMPLES))
CBOR_BATCH: Final = cborbatch.put_head(cborbatch.encode(tables._batch()), *tables._BATCH_HEAD)
CBOR_BATCHES: Final = (CBOR_BATCH,)


def _dumped(*documents: object) -> tuple[bytes, ...]:
    return tuple(json.dumps(one).encode() for one in documents)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


# Batches: each reader against the reference, alone, compressed, and two read as one.
def _together(data: bytes) -> None:
    payloads = [BATCHES[0], data, CBOR_BATCH, data]
    found = fastbatch.decode_batches(payloads)
    shown = [
        test_fastbatch.shown(one) if isinstance(one, Batch) else repr((one.reason, one.field, one.detail))
        for one in found
    ]
    expected = [test_fastbatch.verdict(cborbatch.read, one) for one in payloads]
    if shown != expected:
        raise DifferentVerdict(f"{shown} where the reference has {expected}"[:1000])


def _arrival(data: bytes) -> None:
    """What a stranger writes on a batch's topic becomes an arrival or a refusal, never an exception."""
    arrival_of(Delivery(TOPIC, data, float(NOON_S), lambda: None))


# A frame is tried with its right checksum: mutated are topic and payload.
def _framed(data: bytes) -> bytes:
    body = bytes((min(data[0] if data else 0, 255),)) + data[1:]
    return frame._stuffed(body + frame._crc(body)) + frame.END


def _frames(data: bytes) -> None:
    for one in frame.Splitter().feed(data):
        try:
            topic, payload = frame.decode(one)
            if topics.parse(topic).leaf == "time":
                clock.decode_request(payload)
        except BadPack:
            continue


def _frame_examples() -> tuple[bytes, ...]:
    asked = (topics.time("vale", "n07"), clock.encode_request(42))
    sent = (topics.obs("vale", "n07"), PACKS[0])
    return tuple(bytes((len(topic),)) + topic.encode() + payload for topic, payload in (asked, sent))


# Other makers' JSON: the message, then each of its values as a reading.
def _message(read: Callable[[Any], Any], data: bytes) -> None:
    said = read(json_document.decode(data, dict[str, Any], 64 * 1024))
    for time_ms, field, value in said.values:
        try:
            reading("n01:baro.pressure", field, time_ms, value)
        except BadPack:
            continue


# SDI-12: the bytes that a line gives; the clock is not waited for (`max_wait_s` 0 refuses what asks for time).
class _Line:
    timeout = 0.0
    in_waiting = 0

    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)

    def read(self, size: int = 1) -> bytes:
        return self._file.read(size)

    def write(self, data: bytes) -> int | None:
        return None

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_: None


def _sdi12(data: bytes) -> None:
    sdi12.Bus(_Line(data), 0.0).measure(sdi12.Sensor("0", ("n01:a.b", "n01:a.c")))


def _with_crc(data: bytes) -> bytes:
    """Each line after the first ends with its right CRC."""
    first, *pages = data.split(b"\r\n")
    ends = [one + sdi12.crc(one.decode("latin-1")).encode() for one in pages if one]
    return b"\r\n".join([first, *ends, b""])


class _Bus:
    """The node's line: `ask` gives one line after the other, already without noise, as `Sdi12Bus.listen` does."""

    def __init__(self, data: bytes) -> None:
        self._lines = iter(data.split(b"\r\n"))

    def ask(self, command: str) -> str:
        return "".join(chr(byte) for byte in next(self._lines, b"") if 32 <= byte <= 127)

    def listen(self, limit_ms: int) -> str:
        return ""


def _node_sdi12(data: bytes) -> None:
    node_sdi12.measure(_Bus(data), "0", 2)  # type: ignore[arg-type]


SDI12_ANSWERS: Final = (b"00003\r\n0+3.14-2+7\r\n0+1\r\n", b"00002\r\n0+0.5\r\n0-12.25\r\n")


# Modbus: a device's answer as pymodbus reads it from the line, then as a number.
def _modbus(data: bytes) -> None:
    from pymodbus.client import ModbusTcpClient
    from pymodbus.pdu.decoders import DecodePDU

    answer = DecodePDU(False).decode(data)
    register = modbus.Register("n01:a.b", 1, 0, type="float32")
    client = ModbusTcpClient("127.0.0.1")
    if answer is not None and not answer.isError() and hasattr(answer, "registers"):
        modbus._value(client, register, answer)


# The firmware's own.
def _mqtt_of_node(data: bytes) -> None:
    """All at once and byte by byte give the same events."""
    whole = _events([data])
    if len(data) < 2000 and _events([data[at : at + 1] for at in range(len(data))])[: len(whole)] != whole:
        raise DifferentVerdict("byte by byte gives other events")


def _events(pieces: list[bytes]) -> list[str]:
    parser, found = mqtt.PacketParser(8192), []
    for piece in pieces:
        found += [repr(vars(event)) for event in parser.feed(piece)]
    return found


def _commands(data: bytes) -> None:
    memory = SimpleNamespace(reply_to=lambda _: None, answer=lambda *_: None, interval_s=0.0, save=lambda: True)
    slots = SimpleNamespace(has_saved=lambda _: True)
    for name in ("interval", "config", "selftest", "anything"):
        Commands(memory, slots).take(name, data)  # type: ignore[arg-type]


def _node_document(data: bytes) -> None:
    _members(data)


def _envelope(data: bytes) -> bytes:
    digest = hashlib.sha256(data).hexdigest().encode()
    return b'{"hash":"' + digest + b'","configuration":' + data + b"}"


# Files of a person.
def _workbook(sheet: bytes) -> bytes:
    """The workbook of the assays with this sheet in it."""
    whole = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_xlsx())) as old, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, sheet if name.endswith("sheet1.xml") else old.read(name))
    return whole.getvalue()


def _xlsx() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for row in ASSAYS.decode().split("\n"):
        book.worksheets[0].append([float(one) if one.replace(".", "").isdigit() else one for one in row.split(",")])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet() -> bytes:
    with zipfile.ZipFile(io.BytesIO(_xlsx())) as packed:
        return packed.read("xl/worksheets/sheet1.xml")


ASSAYS: Final = f"{test_assay_file.HEADING}\n{test_assay_file.GOOD}\n{test_assay_file.FAULTS[17][1]}".encode()


ASSAY_TABLE: Final = read_table(surveys.content("relaves"), surveys.map_of("relaves").form)


def _table_parser(
    name: str, take: Callable[[Any], object], example: bytes, wrap: Callable[[bytes], bytes] = unchanged
) -> Parser:
    """Of a table and what is made of it, in the memory and the time that its reader is given."""
    return Parser(
        name=name,
        read=lambda data: take(read_table(data)),
        examples=(example,),
        wrap=wrap,
        refusals=(BadTable,),
        memory_bytes=MEMORY_BYTES,
        seconds=SECONDS,
    )


def _logger_file(data: bytes) -> None:
    mapping = Mapping(time_column="time", time_zone="Europe/Lisbon", columns={"level": "n01:pond.level"})
    bounds = csv_file.TimeBounds(0, lambda: 4_000_000_000_000)
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        for _ in csv_file.read_chunks(Path(file.name), mapping, bounds, FilePosition("fuzz"), 4096):
            pass


def _settings(shape: type[object], data: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".toml") as file:
        file.write(data)
        file.flush()
        program_settings.read(Path(file.name), shape)


def _agent_settings(data: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".toml") as file:
        file.write(data)
        file.flush()
        settings.load(Path(file.name))


# What a key or a session may send to the api.
def _command_body(data: bytes) -> None:
    """As the api takes it, then as ingest does, whatever kind it says it is."""
    asked = NewCommand.model_validate_json(data)
    kind = KINDS.get(asked.kind)
    if kind is not None:
        body: Any = kind._body(
            Task(id=1, kind=asked.kind, facility=asked.facility, author="key:1", body=asked.body, attempts=1)
        )
        if hasattr(body, "content"):
            laboratory.content_of(body.content)
        if getattr(body, "address", None) is not None:
            url_policy.check_form(body.address)


KINDS: Final = kinds()


def _command_examples() -> tuple[bytes, ...]:
    bodies: dict[str, dict[str, object]] = {
        "import-water": {"name": "a.csv", "content": "c2FtcGxlLHBI"},
        "set-recipient": {"name": "dam", "address": "mailto://user:pw@example.org?to=a@example.org"},
        "run-study": {"inputs": "a = 1 # ten characters"},
    }
    return _dumped(*({"kind": kind, "facility": "vale", "body": body} for kind, body in bodies.items()))


def _parameters(data: bytes) -> None:
    """Lines `name=value`, as the query of a series."""
    pairs = [one.partition("=") for one in _text(data).split("&")]
    given: dict[str, object] = {name: value for name, _, value in pairs}
    given["datastream"] = tuple(value for name, _, value in pairs if name == "datastream")
    SeriesQuery.model_validate(given)


def _form(data: bytes) -> None:
    """As the page of an alarm takes a photo: the boundary is what the head of the request says."""
    multipart.parse(f'multipart/form-data; boundary="{BOUNDARY}"', data)


def _evidence(data: bytes) -> None:
    """As a sheet of a calibration, by its bytes and under them as a name."""
    type = evidence.check("calibration", "berm B", data)
    name = clean_name(data.decode("utf-8", "replace"), type)
    assert 0 < len(name) <= MAX_NAME and name.isprintable() and "/" not in name, name


def _cursor(data: bytes) -> None:
    """Of a list whose place is one number, and of one whose place is three."""
    for count in (1, 3):
        with suppress(cursors.BadCursor):
            cursors.decode("list", _text(data), count)


def _sensorthings(data: bytes) -> None:
    """Path and query, as far as the statement that is made of them."""
    path, _, query = _text(data).partition("?")
    resource = sensorthings_paths.parse(path)
    Selection(resource.last.of, sensorthings.read(query), is_limited=True).rows([], 101)


def _page_token(data: bytes) -> None:
    """A token with the right digest, of a page that was ordered by a number, a text and a time."""
    token = cursors.spell(skip_tokens._digest("page", data) + data)
    skip_tokens.decode("page", token, (model.NUMBER, model.TEXT, model.TIME))


def _agent_state(data: bytes) -> None:
    states._row(states._read(topics.agent_state("vale", "gw1"), data)[1])


STATE: Final = {
    "state": "online",
    "at_ms": NOON_S * 1000,
    "backlog": {"batches": 3, "bytes": 4096, "limit": 1_000_000, "oldest_ms": NOON_S * 1000},
    "configuration": {"version": 3, "hash": "ab" * 32, "refused": {"hash": "cd" * 32, "why": "no such key"}},
}
INGEST: Final = b"""database_url_file = "url"
queue_mb = 64
[broker]
host = "127.0.0.1"
port = 1883
user = "_ingest"
password_file = "password"
"""
AGENT: Final = b"""facility_file = "facility.toml"
agent = "gw1"
state_dir = "state"
[site_broker]
host = "127.0.0.1"
port = 1883
user = "vale/_edge/gw1"
password_file = "password"
[uplink]
host = "127.0.0.1"
port = 1884
user = "vale/_edge/gw1"
password_file = "password"
[[receivers]]
kind = "modbus"
host = "127.0.0.1"
every_s = 60
[[receivers.registers]]
datastream = "n01:pond.level"
unit_id = 1
address = 0
"""
PUBLISHES: Final = tuple(
    mqtt.packet(0x30 | qos << 1, mqtt.text(TOPIC) + (b"\x00\x07" if qos else b"") + b"\x00" + BATCHES[0])
    for qos in (0, 1)
)


def _packets(data: bytes) -> None:
    found, at = packets.publications(data, 0)
    if not 0 <= at <= len(data) or (found and at == 0):
        raise DifferentVerdict(f"{len(found)} packets end at {at} of {len(data)}")
    packets.is_whole(data, at)


def _pack_verdict(content_type: str) -> Callable[[bytes], str]:
    return alike(
        partial(_verdict, pack.decode, content_type),
        partial(_verdict, fast.decode_pack, content_type),
    )


def _verdict(decode: Callable[[bytes, str], object], content_type: str, data: bytes) -> str:
    return test_fast.verdict(decode, data, content_type)


_batch_verdict: Final = alike(
    partial(test_fastbatch.verdict, cborbatch.read), partial(test_fastbatch.verdict, fastbatch.decode_batch)
)
_BAD_FILE: Final = (csv_rows.BadCsvFile,)
_MQTT_EXAMPLES: Final = (
    mqtt.publish("tw/1/vale/n07/ack", (acks.encode("9f3a01bc", 7),), 3) + mqtt.puback(2),
    b"\x20\x02\x00\x00" + b"\x90\x03\x00\x01\x01" + b"\xd0\x00",
    mqtt.publish("tw/1/vale/n07/cmd/config", (b"x" * 200,), None, True),
)
_LOGGER: Final = b"time,level\n2026-05-04T10:00:00,338.5\n2026-05-04 10:05,NAN\n2026-05-04 11:00:00+01:00,338.6\n"

PARSERS: Final = (
    Parser(name="pack-json", read=_pack_verdict(JSON), examples=PACKS),
    Parser(name="pack-cbor", read=_pack_verdict(CBOR), examples=CBOR_PACKS),
    Parser(name="pack-head", read=pack.read_head, examples=PACKS, refusals=()),
    Parser(name="protocol-of-pack", read=head.stated, examples=PACKS, refusals=()),
    Parser(
        name="senml",
        read=lambda data: senml.resolve(list(senml.records_of(data, JSON)), float(NOON_S)),
        examples=PACKS,
    ),
    Parser(name="batch-json", read=_batch_verdict, examples=BATCHES),
    Parser(name="batch-cbor", read=_batch_verdict, examples=CBOR_BATCHES),
    Parser(name="batch-compressed", read=_batch_verdict, examples=BATCHES + CBOR_BATCHES, wrap=zlib.compress),
    Parser(name="batch-stream", read=_batch_verdict, examples=tuple(map(zlib.compress, BATCHES))),
    Parser(name="batches-together", read=_together, examples=BATCHES + CBOR_BATCHES, refusals=()),
    Parser(name="arrival", read=_arrival, examples=BATCHES + CBOR_BATCHES, refusals=()),
    Parser(name="ack", read=acks.decode, examples=(acks.encode("9f3a01bc", 7),)),
    Parser(name="batch-ack", read=batch_ack.decode, examples=(batch_ack.encode(batch_ack.BatchAck("9f3a01bc", 7)),)),
    Parser(
        name="hello",
        read=hello.decode_hello,
        examples=(_hello := hello.encode(hello.Hello(42, 2, "0.2.0", "5c77e0d1", "ab" * 32, approvals="")),),
    ),
    Parser(
        name="hello-reply",
        read=hello.decode_reply,
        examples=(
            hello.encode(
                hello.Reply(42, 1, 2, "0.2.0", batch_ack.BatchAck("5c77e0d1", 11), configuration=None, approvals="")
            ),
        ),
    ),
    Parser(name="time-request", read=clock.decode_request, examples=(clock.encode_request(42),)),
    Parser(name="time-reply", read=clock.decode_reply, examples=(clock.encode_reply(42, NOON_S * 1000),)),
    Parser(name="agent-state", read=_agent_state, examples=_dumped(STATE), refusals=(BadPack, msgspec.ValidationError)),
    Parser(name="approvals", read=approvals.decode, examples=_dumped({"approvals": []})),
    Parser(
        name="topic",
        read=lambda data: topics.parse(_text(data)),
        examples=(TOPIC.encode(), topics.config("vale", "n07").encode()),
    ),
    Parser(name="mqtt-of-ingest", read=_packets, examples=PUBLISHES, refusals=()),
    Parser(name="frames", read=_frames, examples=_frame_examples(), wrap=_framed, refusals=()),
    Parser(name="line", read=_frames, examples=tuple(map(_framed, _frame_examples())), refusals=()),
    Parser(name="chirpstack", read=partial(_message, chirpstack.read), examples=_dumped(test_chirpstack.EVENT)),
    Parser(
        name="the-things-stack",
        read=partial(_message, the_things_stack.read),
        examples=_dumped(test_the_things_stack.MESSAGE),
    ),
    Parser(
        name="campbell",
        read=partial(_message, partial(campbell_mqtt.read, LocalClock(parse_zone("Europe/Lisbon"), None))),
        examples=_dumped(test_campbell_mqtt.FEATURE),
    ),
    Parser(name="modbus", read=_modbus, examples=(b"\x03\x04\x41\x20\x00\x00", b"\x04\x04\x7f\xc0\x00\x00")),
    Parser(name="sdi12", read=_sdi12, examples=SDI12_ANSWERS, wrap=_with_crc, refusals=(sdi12.ReadFailed,)),
    Parser(name="node-sdi12", read=_node_sdi12, examples=SDI12_ANSWERS, wrap=_with_crc, refusals=(ReadFailed,)),
    Parser(name="node-mqtt", read=_mqtt_of_node, examples=_MQTT_EXAMPLES, refusals=(mqtt.BadPeer,)),
    Parser(
        name="node-commands",
        read=_commands,
        examples=_dumped({"id": "c1", "interval_s": 60}),
        refusals=(),
        most_bytes=8192,
    ),
    Parser(
        name="node-configuration",
        read=node_settings.open_envelope,
        examples=_dumped(node_examples.given()),
        wrap=_envelope,
        refusals=(node_settings.BadSettings,),
        most_bytes=8192,
    ),
    Parser(
        name="node-documents", read=_node_document, examples=(acks.encode("9f3a01bc", 7),), refusals=(), most_bytes=8192
    ),
    Parser(name="logger-csv", read=_logger_file, examples=(_LOGGER,), refusals=_BAD_FILE),
    _table_parser("laboratory-csv", read_assays, ASSAYS),
    _table_parser("laboratory-xlsx", read_assays, _sheet(), wrap=_workbook),
    _table_parser("xlsx-file", lambda table: table, _xlsx()),
    *(
        Parser(
            name=f"assays-by-map-{name}",
            read=lambda data, given=given: read_mapped(read_table(data, given.form), given),
            examples=(surveys.content(name),),
            refusals=(BadTable,),
            memory_bytes=MEMORY_BYTES,
            seconds=SECONDS,
        )
        for name in surveys.MAPS[:2]
        for given in (surveys.map_of(name),)
    ),
    Parser(
        name="assay-map",
        read=lambda data: read_mapped(ASSAY_TABLE, read_map(_text(data))),
        examples=tuple((surveys.FOLDER / f"{name}.toml").read_bytes() for name in surveys.MAPS),
        refusals=(BadMap,),
    ),
    *(
        Parser(
            name=f"register-{name}",
            read=lambda data, given=given: read_register(read_register_table(data, given.form), given),
            examples=(made_up(layout, 12, 1)[0],),
            refusals=(BadTable, TableRefused),
            memory_bytes=MEMORY_BYTES,
            seconds=SECONDS,
        )
        for name, layout in LAYOUTS.items()
        for given in (read_register_map(layout.map()),)
    ),
    Parser(
        name="register-map",
        read=lambda data: read_register_map(_text(data)),
        examples=tuple(one.map().encode() for one in LAYOUTS.values()),
        refusals=(BadMap,),
    ),
    _table_parser("water-samples", partial(parse_water, zone="Europe/Lisbon"), YEAR.encode()),
    Parser(
        name="facility",
        read=lambda data: parse_facility(_text(data)),
        examples=(VALE.read_bytes(),),
        refusals=(BadFacility,),
        memory_bytes=256 << 20,
        seconds=10,
    ),
    Parser(
        name="study",
        read=lambda data: read_inputs(_text(data)),
        examples=(Path("tailwatch/demo/study.toml").read_bytes(),),
        refusals=(BadStudy,),
        memory_bytes=256 << 20,
        seconds=10,
    ),
    Parser(
        name="ingest-settings", read=partial(_settings, IngestSettings), examples=(INGEST,), refusals=(BadSettings,)
    ),
    Parser(name="agent-settings", read=_agent_settings, examples=(AGENT,), refusals=(BadSettings,)),
    Parser(
        name="command",
        read=_command_body,
        examples=_command_examples(),
        refusals=(pydantic.ValidationError, CommandRefused, BadTable, BadAddress),
    ),
    Parser(name="form-with-a-file", read=_form, examples=(FORM,), refusals=(BadParameter,)),
    Parser(
        name="evidence",
        read=_evidence,
        examples=tuple(one + b" berm B.jpg" for one in (b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7")),
        refusals=(BadEvidence,),
    ),
    Parser(
        name="readings-by-hand",
        read=NewReadings.model_validate_json,
        examples=_dumped(
            {"readings": [{"datastream": "vale:n04:dip.level", "at": "2026-05-03T14:10:00Z", "value": 330.4}]}
        ),
        refusals=(pydantic.ValidationError,),
    ),
    Parser(
        name="parameters",
        read=_parameters,
        examples=(b"datastream=vale:n07:vw1.level&from=2026-05-03T00:00:00Z&to=2026-05-04T00:00:00+01:00",),
        refusals=(pydantic.ValidationError,),
    ),
    Parser(
        name="cursor",
        read=_cursor,
        examples=(cursors.encode("list", 4711).encode(), cursors.encode("list", 12, 3, 1_764_079_200_000_000).encode()),
        refusals=(),
    ),
    Parser(
        name="sensorthings",
        read=_sensorthings,
        examples=(
            b"Things?$filter=not (Datastreams/ObservedProperty/name eq 'voltage' or length(name) mod 2 gt 1.5)&$top=5",
            b"Datastreams(1)/Observations?$orderby=result desc,id&$filter=phenomenonTime ge 2026-05-01T00:00:00Z",
            b"Locations?$filter=geo.intersects(location,geography'POLYGON((-8 40,-7 40,-7 41,-8 40))')&$count=true",
            b"Things?$expand=Datastreams($select=name;$expand=Observations($top=1;$orderby=result desc)),Locations",
        ),
        refusals=(BadSyntax, NotFound, NotSupported),
        most_bytes=10_000,
    ),
    Parser(
        name="page-token",
        read=_page_token,
        examples=(
            b'[["f",1.5],["t","vale:n01:pond.level"],["z","2026-05-01T00:00:00+00:00"]]',
            b'[["n","17"],null,["z","2026-05-01T00:00:00+00:00"]]',
        ),
        refusals=(BadSyntax,),
        most_bytes=3_000,
    ),
    Parser(
        name="time",
        read=lambda data: times.parse(_text(data)),
        examples=(b"2026-05-03T14:10:00.5+01:00",),
        refusals=(times.BadTime,),
    ),
    *WHOLE_PATHS,
)
"""All of them; their order is that of the report."""
