"""The dam of the pages' tests with a public page: what its operator opens, and whom people call."""

from typing import Any, Final

import psycopg
from psycopg.types.json import Jsonb

DISCLOSURE: Final[dict[str, Any]] = {
    "opens": ["state", "instruments", "readings", "water", "alarms", "surroundings"],
    "delay_h": 0.0,
    "questions": True,
    "contact": {"name": "Community office", "telephone": "+351 266 000 001", "hours": "Monday to Friday, 9 to 17"},
    "emergency": {"name": "Civil protection", "telephone": "112"},
    "authority": {"name": "Mining inspectorate", "mail": "mines@authority.example"},
    "in_an_alarm": {"en": "Walk uphill to the chapel.", "es": "Suba a pie hasta la capilla."},
    "documents": [{"title": "Emergency plan", "address": "https://mine.example/plan.pdf", "day": "2026-03-01"}],
}


def disclose(conninfo: str, facility: str = "vale", *, is_public: bool = False, **stated: Any) -> None:
    """Set what a facility opens, as a registered file would; no `stated`: no public page."""
    with psycopg.connect(conninfo) as owner:
        owner.execute(
            "UPDATE facility SET document = document || %s WHERE id = %s",
            (Jsonb({"public": is_public, "disclosure": stated or None}), facility),
        )
