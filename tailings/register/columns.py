"""The columns of a register: what each may hold, and which item of GISTM's disclosure it answers.

The names follow what registers have in common: the twenty questions of the Global Tailings Portal (secondary), Chile's
register of deposits, Article 27 of Regulation (EU) 2024/1252, and Requirement 15.1 of the Global Industry Standard on
Tailings Management (`gistm.toml`). Bounds are our own rule: what is beyond them is a wrong unit or a wrong column.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

Kind = Literal["text", "number", "year", "day", "word", "yes_no", "country"]
STATUSES: Final = (
    *("planned", "active", "inactive", "care and maintenance", "closed", "reclaimed", "abandoned", "removed"),
    "unknown",
)
TYPES: Final = (
    *("tailings dam", "dry stack", "in-pit", "underground", "pond", "heap leach", "waste rock", "slag", "other"),
    "unknown",
)
RAISES: Final = ("single stage", "upstream", "downstream", "centreline", "mixed", "none", "other", "unknown")
BASES: Final = ("dry", "wet")
FIRST_YEAR: Final = 1000
LAST_YEAR: Final = 2200


class RegisterColumn(Struct, frozen=True):
    """One column; item: of GISTM's Requirement 15.1, "" where it answers none."""

    name: str
    kind: Kind = "text"
    low: float = 0.0
    high: float = 0.0
    words: tuple[str, ...] = ()
    item: str = ""


def _year(name: str, item: str = "") -> RegisterColumn:
    return RegisterColumn(name, "year", FIRST_YEAR, LAST_YEAR, item=item)


COLUMNS: Final = (
    RegisterColumn("id"),
    RegisterColumn("name", item="15.1.B.1"),
    RegisterColumn("other_names"),
    RegisterColumn("mine"),
    RegisterColumn("owner"),
    RegisterColumn("operator"),
    RegisterColumn("commodities"),
    RegisterColumn("country", "country"),
    RegisterColumn("region"),
    RegisterColumn("municipality"),
    RegisterColumn("longitude", "number", -180, 180, item="15.1.B.1"),
    RegisterColumn("latitude", "number", -90, 90, item="15.1.B.1"),
    RegisterColumn("status", "word", words=STATUSES, item="15.1.B.1"),
    RegisterColumn("type", "word", words=TYPES, item="15.1.B.1"),
    RegisterColumn("raise_method", "word", words=RAISES, item="15.1.B.5"),
    _year("year_started", "15.1.B.1"),
    _year("year_closed", "15.1.B.1"),
    RegisterColumn("height_m", "number", 0, 500, item="15.1.B.5"),
    RegisterColumn("planned_height_m", "number", 0, 500, item="15.1.B.5"),
    RegisterColumn("area_m2", "number", 0, 2e9, item="15.1.B.1"),
    RegisterColumn("volume_m3", "number", 0, 5e9, item="15.1.B.1"),
    RegisterColumn("planned_volume_m3", "number", 0, 5e9, item="15.1.B.5"),
    RegisterColumn("tonnage_t", "number", 0, 1e10, item="15.1.B.1"),
    RegisterColumn("tonnage_basis", "word", words=BASES),
    RegisterColumn("consequence_class", item="15.1.B.2"),
    RegisterColumn("consequence_system", item="15.1.B.2"),
    RegisterColumn("stability_concern", "yes_no"),
    RegisterColumn("people_at_risk", "number", 0, 1e8),
    RegisterColumn("protected_area_m", "number", 0, 1e6),
    RegisterColumn("risk_assessment", item="15.1.B.3"),
    RegisterColumn("impact_assessment", item="15.1.B.4"),
    RegisterColumn("review_findings", item="15.1.B.6"),
    RegisterColumn("monitoring_findings", item="15.1.B.7"),
    RegisterColumn("emergency_plan", item="15.1.B.8"),
    RegisterColumn("last_review", "day", item="15.1.B.9"),
    RegisterColumn("next_review", "day", item="15.1.B.9"),
    RegisterColumn("closure_funds", "yes_no", item="15.1.B.10"),
    RegisterColumn("closure_plan", "yes_no"),
    RegisterColumn("engineer_of_record"),
    RegisterColumn("legal_successor"),
    RegisterColumn("quantities"),
    RegisterColumn("concentrations"),
    RegisterColumn("original_deposit"),
    RegisterColumn("unfc"),
    RegisterColumn("permits_reviewed", "day"),
    RegisterColumn("sampled", "day"),
    RegisterColumn("characterised", "day"),
    RegisterColumn("excluded_because"),
    RegisterColumn("source"),
    RegisterColumn("note"),
)
DONE: Final = ("last_review", "permits_reviewed", "sampled", "characterised")
"""Days on which something was done: none after the day of the register."""
BY_NAME: Final = {one.name: one for one in COLUMNS}
NEEDED: Final = ("id", "name")
MAX_TEXT: Final = 2_000
MAX_ID: Final = 100

UNITS: Final = {
    "height": ("height_m", {"m": 1.0, "cm": 0.01, "ft": 0.3048}),
    "planned_height": ("planned_height_m", {"m": 1.0, "cm": 0.01, "ft": 0.3048}),
    "area": ("area_m2", {"m2": 1.0, "ha": 1e4, "km2": 1e6}),
    "volume": ("volume_m3", {"m3": 1.0, "dam3": 1e3, "km3": 1e9, "hm3": 1e6, "Mm3": 1e6}),
    "planned_volume": ("planned_volume_m3", {"m3": 1.0, "dam3": 1e3, "km3": 1e9, "hm3": 1e6, "Mm3": 1e6}),
    "tonnage": ("tonnage_t", {"t": 1.0, "kt": 1e3, "Mt": 1e6}),
}
"""What may be in another unit than its column: quantity, column, and the factor of each unit (SI; 1 ft = 0.3048 m)."""
UNIT_COLUMNS: Final = ("volume_unit", "tonnage_unit")
"""What a heading may be too: the unit of the same row's volume or tonnage."""
SYSTEM_COLUMNS: Final = ("utm_zone", "crs")
"""What a heading may be too: the zone, or the whole reference system, of the same row's easting and northing."""
OF_REGISTER: Final = ("register", "register_title", "register_day", "register_licence", "gone")
"""What our own exports have beside the columns."""
