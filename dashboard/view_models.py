"""What the pages show of a facility, a node and a datastream, with state and age at one instant."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from tailings.assess import freshness
from tailings.assess.model import Assessment, FailureMode, not_assessed
from texts import Texts, called, say
from wire import quality as flag

from . import ages, numbers, states

NOT_ASSESSED = not_assessed("", datetime.min.replace(tzinfo=UTC))
LEDGER_KEYS = ("sent", "stored", "late", "duplicate", "dropped", "unreadable", "lost", "pending", "quarantined")


@dataclass(frozen=True)
class DatastreamRow:
    """One datastream with its latest reading; `name` is without the facility ('n07:vw1.level')."""

    id: int
    name: str
    node: str
    instrument: str
    quantity: str
    unit: str
    formula: str | None
    expected_interval_s: float | None
    time: datetime | None
    value: float | None
    quality: int | None
    tests: str | None
    count: int
    first_time: datetime | None
    age_s: float | None
    is_manual: bool = False
    """Whether a person reads it and brings the values, at times of his own."""
    title: str = ""
    """The name that is painted on its instrument; '': the facility file states none."""
    place: str = ""
    """Where people look for its instrument."""

    @cached_property
    def state(self) -> str:
        return states.of_datastream(self.age_s, self.expected_interval_s)

    @property
    def stale_after_s(self) -> float | None:
        """The age above which its reading is stale, for the clock of an open page; None: nothing is due."""
        return None if self.expected_interval_s is None else freshness.stale_after_s(self.expected_interval_s)

    @property
    def is_usable(self) -> bool:
        """Whether the newest reading is a number that no filter rejected."""
        return self.value is not None and self.quality is not None and flag.is_usable(self.quality)

    @property
    def is_raw(self) -> bool:
        return self.formula is None

    @property
    def short(self) -> str:
        """The name of the instrument, else its code: the label at a line's end."""
        return self.title or self.code

    @property
    def code(self) -> str:
        """Node and instrument ('n07 vw1')."""
        return f"{self.node} {self.instrument}"

    @property
    def channel(self) -> str:
        """What of the instrument ('level'): tells the datastreams of one quantity apart."""
        return self.name.partition(".")[2]

    def words(self, texts: Texts) -> str:
        """Say instrument and quantity: 'Piezometer P-07, berm B (n07 vw1) water level'; else its code alone."""
        words = quantity_words(self.quantity, texts)
        inside = words[:1].lower() + words[1:] if words[1:2].islower() else words
        if self.title:
            return f"{called(self.title, self.place)} ({self.code}) {inside}"
        return re.sub(r"\b(\w+) \1\b", r"\1", f"{self.code} {inside}")  # "n02 pond level" says it once

    @property
    def part(self) -> str:
        """What it is among the parts of a whole: its state, or that its fresh reading was rejected or is missing."""
        if self.is_usable or self.state != states.FRESH:
            return self.state
        return states.REJECTED if self.quality == flag.FAIL and self.value is not None else states.MISSING

    @property
    def judged_state(self) -> str:
        """Its state as a judgement can use it: a rejected or missing value clears nothing, and is unknown."""
        return self.state if self.is_usable or self.state != states.FRESH else states.UNKNOWN

    @property
    def number(self) -> str:
        return numbers.number(self.value, self.quantity, self.unit)

    @property
    def unit_words(self) -> str:
        return numbers.unit_words(self.unit)


@dataclass(frozen=True)
class NodeRow:
    """One node: when it was last heard, and its packs by fate since its first epoch.

    `refused` is why its newest packs went to quarantine, '' when they did not.
    """

    facility: str
    id: str
    name: str
    agent: str | None
    expected_interval_s: float | None
    last_pack: datetime | None
    age_s: float | None
    ledger: dict[str, int] = field(default_factory=dict)
    battery_v: float | None = None
    battery_quality: int | None = None
    refused: str = ""
    link_lost_s: float | None = None
    """For how long its link has been lost, by its gateway's word; None: there is no word of it."""
    asks_time: bool = False
    configuration_refused: str = ""
    """Why it did not take its newest configuration, in its own words."""
    is_agent_online: bool | None = None
    """Whether its gateway is connected; None: it never said a word."""
    faults: tuple[str, ...] = ()
    """What it said with its newest packs of instruments at fault ('sonde1: no answer in 2000 ms')."""

    @property
    def state(self) -> str:
        return states.of_datastream(self.age_s, self.expected_interval_s)

    @property
    def is_silent(self) -> bool:
        return self.state in (states.STALE, states.UNKNOWN)

    @property
    def is_battery_low(self) -> bool:
        """Whether the filter of its battery doubted the last voltage; there is no limit of the pages' own."""
        return self.battery_quality in (flag.SUSPECT, flag.FAIL)


@dataclass(frozen=True)
class AgentRow:
    """One gateway by its own last word; `version` and `is_current` are None where it said nothing."""

    facility: str
    id: str
    is_online: bool | None
    received_at: datetime | None
    version: int | None
    stored_version: int
    is_current: bool | None
    refused: str
    waiting: int | None
    oldest_at: datetime | None
    not_received: int

    @property
    def state(self) -> str:
        if self.is_online is None:
            return states.UNKNOWN
        return states.FRESH if self.is_online else states.STALE

    def version_words(self, texts: Texts) -> str:
        """Say which facility file it works by, of which ('Version 3 of 4')."""
        words = texts["gateways"]
        if self.version is None:
            return str(words["no_version"])
        key = "current" if self.is_current else "other" if self.version == self.stored_version else "behind"
        return say(words[key], version=self.version, stored=self.stored_version)


@dataclass(frozen=True)
class FacilityRow:
    """One facility with its datastreams and nodes."""

    id: str
    name: str
    timezone: str
    region: str
    operator: str
    consequence_class: str
    licence: str
    crest_m: float | None
    minimum_freeboard_m: float | None
    location: tuple[float, float] | None
    datastreams: tuple[DatastreamRow, ...] = ()
    nodes: tuple[NodeRow, ...] = ()
    agents: tuple[AgentRow, ...] = ()
    sample_data: str = ""
    """What of it is invented; '': nothing is."""
    assessment: Assessment = NOT_ASSESSED
    """As ingest judged it, and as it reads now."""

    @cached_property
    def summary(self) -> states.StateSummary:
        """The worst that its pages say of dam and water, and how many of its datastreams are in each state."""
        return states.StateSummary(self.assessment.worst, states.of_parts(row.part for row in self.datastreams).counts)

    @property
    def exceeded(self) -> int:
        """How many limits of water are exceeded."""
        return self.assessment.water.exceeded if self.assessment.water else 0

    @property
    def raised(self) -> tuple[FailureMode, ...]:
        """Its failure modes that stand at a level, the worst first."""
        found = [one for one in self.assessment.failure_modes if one.counts and one.level != states.GREEN]
        return tuple(sorted(found, key=lambda one: states.severity(one.level)))

    def judged(self, row: DatastreamRow) -> str:
        """Give the level that the value of one of its datastreams has reached, else its state."""
        return states.judged(self.assessment, row.name, row.judged_state)

    def called(self, subject: str) -> str:
        """Say the name that is painted on an instrument, or on that of a datastream; else its code ('n04 vw1')."""
        known = subject.partition(".")[0]
        told = (row.short for row in self.datastreams if f"{row.node}:{row.instrument}" == known)
        return next(told, subject.replace(":", " "))

    def words_of(self, name: str, texts: Texts) -> str:
        """Say the instrument and quantity of one of its datastreams."""
        return next((row.words(texts) for row in self.datastreams if row.name == name), name)

    @cached_property
    def last_time(self) -> datetime | None:
        return max((row.time for row in self.datastreams if row.time), default=None)

    def freeboard_m(self, level_m: float) -> float | None:
        """Give the crest of now minus a pond level; None where no crest is stated for now."""
        return None if self.crest_m is None else self.crest_m - level_m

    def ledger_sum(self, key: str) -> int:
        """Give the packs of all nodes with one fate."""
        return sum(node.ledger.get(key, 0) for node in self.nodes)


def quantity_words(quantity: str, texts: Texts) -> str:
    """Give the name of a quantity in the language of the page; one that has none by its code."""
    return str(texts["quantities"].get(quantity, quantity.replace("-", " ").capitalize()))


def age_words(row: DatastreamRow | NodeRow) -> str:
    """Say the age of the last reading or pack."""
    return ages.age_words(row.age_s)
