"""Bad packs among good ones: each is kept in quarantine with its field, and the good ones pass all the same."""

import base64
from collections import Counter

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from codec import batch
from tests.codec import bad_packs
from tests.end_to_end.running_site import RunningSite
from wire import limits, topics

FIRST_SEQ = 1000
EPOCH = "0badbad0"
SENT = (
    "empty",
    "not-json",
    "truncated",
    "trailing",
    "one-megabyte",
    "ten-thousand-records",
    "257-records",
    "depth-bomb",
    "depth-bomb-inside",
    "invalid-utf-8",
    "repeated-label",
    "nan",
    "infinity",
    "1e999",
    "number-as-text",
    "boolean-as-number",
    "five-thousand-digits",
    "no-name",
    "no-value",
    "no-time",
    "base-name-again",
    "unknown-version",
    "name-with-slash",
    "name-with-space",
    "name-in-unicode",
    "name-of-300",
    "same-twice",
    "relative-time",
    "time-in-milliseconds",
    "unregistered-unit",
    "cbor-tag",
    "cbor-indefinite-map",
    "cbor-nan",
)
STATE = """
SELECT through, stored, quarantined, lost, pending FROM sequence_state
WHERE facility_id = 'vale' AND sender = 'n07' AND epoch = %s
"""


def with_seq(pack: bytes, seq: int) -> bytes:
    """The same pack as number `seq` of our own epoch, in JSON and in CBOR."""
    text = pack.replace(b'"v":4711', b'"v":%d' % seq).replace(b'"v":4690', b'"v":%d' % FIRST_SEQ)
    for old, new in ((bad_packs.SEQ, seq), (bad_packs.KEPT, FIRST_SEQ)):
        text = text.replace(b"\x19" + old.to_bytes(2), b"\x19" + new.to_bytes(2))
    return text.replace(bad_packs.EPOCH.encode(), EPOCH.encode())


def good(seq: int) -> bytes:
    """A good pack; its time differs from every other one's."""
    return with_seq(bad_packs.GOOD_JSON, seq).replace(b"%d" % bad_packs.TIME_S, b"%d" % (1764000000 + seq))


def publish(site: RunningSite, messages: list[tuple[bytes, str]]) -> None:
    """Publish (payload, content type) one after the other under the name of n07."""
    access = site.site.access(topics.user_of_node("vale", "n07"))
    client = mqtt.Client(CallbackAPIVersion.VERSION2, access.user, protocol=mqtt.MQTTv5)
    client.username_pw_set(access.user, access.password_file.read_text())
    client.connect(access.host, access.port)
    client.loop_start()
    for payload, content_type in messages:
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        properties.ContentType = content_type
        client.publish(topics.obs("vale", "n07"), payload, 1, properties=properties).wait_for_publish(10)
    client.disconnect()
    client.loop_stop()


def test_each_bad_pack_is_kept_with_its_field_and_the_good_ones_pass(site: RunningSite) -> None:
    """Reason and field of each stand in the api's answer; the ack goes on behind them; every good pack is stored."""
    table = {name: (data, kind, (reason, field)) for name, data, kind, reason, field in bad_packs.BAD_PACKS}
    messages, seq = [(good(FIRST_SEQ), bad_packs.JSON)], FIRST_SEQ
    for name in SENT:
        if name not in bad_packs.HEADLESS:
            seq += 1
        data, content_type, _ = table[name]
        messages += [(with_seq(data, seq), content_type), (good(seq + 1), bad_packs.JSON)]
        seq += 1
    placed = len([name for name in SENT if name not in bad_packs.HEADLESS])

    publish(site, messages)

    site.until(lambda: (site.rows(STATE, EPOCH) or [(0,)])[0][0] == seq, "the ack has reached the last pack")
    assert site.rows(STATE, EPOCH) == [(seq, len(SENT) + 1, placed, 0, 0)]
    kept = site.get("facilities/vale/quarantine", sender="n07", limit=100, raw="base64")["quarantined"]
    assert isinstance(kept, list)
    sizes = [(len(base64.b64decode(one["raw"])), min(one["bytes"], limits.MAX_QUARANTINE_BYTES)) for one in kept]
    assert [whole for whole in sizes if whole[0] != whole[1]] == []
    assert Counter((one["reason"], one["field"]) for one in kept) == Counter(table[name][2] for name in SENT)


def test_readings_that_nobody_knows_wait_beside_a_stored_pack(site: RunningSite) -> None:
    """Of one pack a known reading is stored; an unknown channel and a wrong unit wait, and the ledger counts them."""
    first = '[{"bn":"vale:n06:","bt":1764000500,"n":"epoch","vs":"0badbad1"},{"n":"seq","v":0},{"n":"kept","v":0}'
    records = (
        '{"n":"battery.voltage","u":"V","v":12.5}',
        '{"n":"logger1.voltage","u":"V","v":1.25}',
        '{"n":"logger2.voltage","vs":"missing:timeout"}',
        '{"n":"vw1.frequency","u":"V","v":3}',
    )

    access = site.site.access(topics.user_of_node("vale", "n06"))
    client = mqtt.Client(CallbackAPIVersion.VERSION2, access.user, protocol=mqtt.MQTTv5)
    client.username_pw_set(access.user, access.password_file.read_text())
    client.connect(access.host, access.port)
    client.loop_start()
    client.publish(topics.obs("vale", "n06"), ",".join((first, *records)) + "]", 1).wait_for_publish(10)
    client.disconnect()
    client.loop_stop()

    stored = "SELECT sent, stored, quarantined FROM ledger_epoch WHERE sender = 'n06' AND epoch = '0badbad1'"
    site.until(lambda: site.rows(stored) == [(1, 1, 0)], "the pack is stored")
    kept = site.get("facilities/vale/quarantine", sender="n06", limit=100, raw="base64")["quarantined"]
    assert isinstance(kept, list)
    assert {one["reason"]: (one["readings"], one["channels"], one["epoch"], one["seq"]) for one in kept} == {
        "unknown-datastream": (2, ["n06:logger1.voltage", "n06:logger2.voltage"], "0badbad1", 0),
        "unit-mismatch": (1, ["n06:vw1.frequency"], "0badbad1", 0),
    }
    found = [one for item in kept for one in batch.decode(base64.b64decode(item["raw"])).observations]
    assert sorted((one.name, one.time_ms, one.value, one.missing, one.unit) for one in found) == [
        ("n06:logger1.voltage", 1764000500000, 1.25, None, "V"),
        ("n06:logger2.voltage", 1764000500000, None, "timeout", None),
        ("n06:vw1.frequency", 1764000500000, 3.0, None, "V"),
    ]
    senders = site.get("facilities/vale/ledger", sender="n06")["senders"]
    assert isinstance(senders, list)
    assert [(one["waiting_readings"], one["counts"]["lost"]) for one in senders] == [(3, 0)]
