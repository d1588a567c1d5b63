"""Quarantine is custody: what is refused and acknowledged is kept whole, counted, and stored once it is known."""

import json
from collections.abc import Iterator
from pathlib import Path

from codec.batch import BatchObservation, QuarantineRecord
from tests.ingest.batches import NODE_EPOCH, RAW, START_S, message, pack, reading
from tests.ingest.conftest import VALE
from tests.ingest.site import Site
from tests.ingest.waiting import until
from wire import reasons

CHANNELS = tuple(f"cell-{number}.voltage" for number in range(1, 6))
DAYS, MINUTES_A_DAY, MINUTES_A_BATCH = 7, 1440, 60
MINUTES = DAYS * MINUTES_A_DAY
UNKNOWN = "unknown-datastream"
KNOWN = """
[instruments."n07:{instrument}"]
driver = "battery"
[datastreams."n07:{instrument}.voltage"]
quantity = "voltage"
unit = "V"
"""
KNOWING = "".join(KNOWN.format(instrument=name.partition(".")[0]) for name in CHANNELS)
LEDGER = "SELECT sent, stored, quarantined, lost, pending FROM ledger_epoch WHERE sender = %s"
WAITING = "SELECT readings, messages FROM quarantine_total WHERE sender = 'n07'"
HELD = "SELECT agent_id, seq FROM quarantine_held"
ACK = "SELECT through FROM sequence_state WHERE sender = '_edge/' || %s"
KEPT = "SELECT md5(string_agg(encode(digest, 'hex'), '' ORDER BY id)) FROM quarantine WHERE id <= %s"


def value(minute: int, channel: str) -> float:
    """What a channel reads then: each value is another one."""
    return 10_000.0 * CHANNELS.index(channel) + minute / 10


def refused(minute: int, channel: str) -> QuarantineRecord:
    """One reading as an edge agent refuses it (`edge_agent.receive.unpack.quarantined_record`)."""
    at_ms = (START_S + 60 * minute) * 1000
    told = {
        "name": channel,
        "time_ms": at_ms,
        "value": value(minute, channel),
        "unit": "V",
        "missing": None,
        "text": None,
    }
    raw = json.dumps(told, separators=(",", ":")).encode()
    return QuarantineRecord(
        "n07",
        at_ms + 500,
        raw,
        UNKNOWN,
        channel,
        fix=reasons.FIXES[UNKNOWN],
        bytes=len(raw),
        epoch=NODE_EPOCH,
        seq=minute,
    )


def observed(minute: int, channel: str) -> BatchObservation:
    """The same reading from an agent whose facility file knows the channel, which that of the centre does not."""
    return reading(START_S + 60 * minute, value(minute, channel), f"n07:{channel}")


def week() -> Iterator[bytes]:
    """Packs of a minute in batches of an hour, one known reading in each batch; for a day in two the agent refuses."""
    for seq, first in enumerate(range(0, MINUTES, MINUTES_A_BATCH)):
        minutes = range(first, first + MINUTES_A_BATCH)
        packs = [pack(minute, at_s=START_S + 60 * minute) for minute in minutes]
        known = [reading(START_S + 60 * first, float(first))]
        places = [(minute, channel) for minute in minutes for channel in CHANNELS]
        if first // MINUTES_A_DAY % 2:
            yield message(seq, [*known, *(observed(*place) for place in places)], packs)
        else:
            yield message(seq, known, packs, quarantine=[refused(*place) for place in places])


def expected() -> list[tuple[str, float, float]]:
    """What the database must hold at the end."""
    known = [(f"vale:{RAW}", START_S + 60 * first, float(first)) for first in range(0, MINUTES, MINUTES_A_BATCH)]
    unknown = [
        (f"vale:n07:{channel}", START_S + 60 * minute, value(minute, channel))
        for minute in range(MINUTES)
        for channel in CHANNELS
    ]
    return sorted(known + unknown)


def restart(site: Site, facility: Path | None = None, more: str = "") -> None:
    """End ingest in order and start it with another facility file, or other settings."""
    site.end()
    site.facility, site.more = facility or site.facility, more
    site.start()


def test_a_week_of_unknown_channels_is_kept_and_stored_once(site: Site, tmp_path: Path) -> None:
    """All 50,400 values wait, counted; a facility file that knows the channels and one command store each once."""
    site.start()
    agent = site.agent()
    sent = list(week())
    agent.send(*sent)
    agent.wait_for_ack(len(sent) - 1)
    waiting, ledger = site.query(WAITING), site.query(LEDGER, "n07")
    ((last,),) = site.query("SELECT max(id) FROM quarantine")
    before = site.query(KEPT, last)
    known = tmp_path / "known.toml"
    known.write_text(VALE.read_text().replace("version = 1\n", "version = 2\n", 1) + KNOWING)
    restart(site, known)
    state, outcome = site.outcome(
        site.ask("retry-quarantined", {"note": "the logger is known now", "sender": "n07"}), 120
    )

    assert waiting == [(MINUTES * len(CHANNELS), len(sent))]
    assert ledger == [(MINUTES, MINUTES, 0, 0, 0)]
    assert (state, outcome["readings"], outcome["messages"], outcome["left"]) == ("done", 50_400, len(sent), {})
    assert site.stored() == expected()
    assert site.query(WAITING) == [(0, 0)]
    assert site.query(KEPT, last) == before


def much(seq: int, count: int = 60) -> bytes:
    """A batch with one good reading and so many that are refused, of another minute for each seq."""
    minute = 1000 * seq
    readings = [reading(START_S + 60 * minute, float(seq))]
    return message(seq, readings, quarantine=[refused(minute + at, CHANNELS[0]) for at in range(count)])


def test_a_full_quarantine_holds_its_sender_and_no_other(site: Site) -> None:
    """What finds no room is neither acknowledged nor stored; settled, or with more room, it comes again and once."""
    site.more = "quarantine_bytes = 3000\n"
    site.start()
    agent, other = site.agent("gw1"), site.agent("gw2")
    agent.send(much(0))
    agent.wait_for_ack(0)
    agent.send(much(1))
    until(lambda: site.query(HELD) == [("gw1", 1)])
    other.send(message(0, [reading(START_S + 30, 7.0)], agent="gw2"))
    other.wait_for_ack(0)
    ack, stored = site.query(ACK, "gw1"), [row[2] for row in site.stored()]
    ((first,),) = site.query("SELECT id FROM quarantine")
    settled = site.outcome(site.ask("settle-quarantined", {"quarantined": [first], "note": "a test of the logger"}))
    agent.send(much(1))
    agent.wait_for_ack(1)
    held_then = site.query(HELD)
    agent.send(much(2))
    until(lambda: site.query(HELD) == [("gw1", 2)])
    restart(site, more="quarantine_bytes = 30000\n")
    agent.send(much(2), much(2))
    agent.wait_for_ack(2)

    assert (ack, stored, settled[0], held_then) == ([(0,)], [0.0, 7.0], "done", [])
    assert site.query(HELD) == []
    assert [row[2] for row in site.stored()] == [0.0, 7.0, 1.0, 2.0]
    assert site.query("SELECT readings, times, state FROM quarantine ORDER BY id") == [
        (60, 1, "settled"),
        (60, 1, "open"),
        (60, 1, "open"),
    ]
    assert site.log("ingest-1").count("quarantine-full facility=vale agent=gw1") == 2


def test_without_a_limit_the_same_batch_is_acknowledged(site: Site) -> None:
    """The same story with room goes on at once, so that the test above can fail."""
    site.start()
    agent = site.agent("gw1")
    agent.send(much(0), much(1))
    agent.wait_for_ack(1)

    assert site.query(HELD) == []
