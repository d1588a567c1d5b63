"""A register before and after, by hand, and a policy instrument with three indicators; all of it is invented."""

from __future__ import annotations

from typing import Any, Final

import httpx

BEFORE: Final = [
    "id,name,country,status,consequence_class,consequence_system,people_at_risk",
    "A,Heap A,PT,closed,High,GISTM,120",
    "B,Heap B,PT,active,,,30",
    "C,Heap C,PT,abandoned,,,",
    "S,Heap S,ES,active,Low,GISTM,7",
]
AFTER: Final = [
    BEFORE[0],
    "A,Heap A,PT,closed,High,GISTM,100",
    "B,Heap B,PT,active,Significant,GISTM,30",
    "D,Heap D,PT,active,,,5",
    "E,Heap E,PT,active,Low,GISTM,",
    "S,Heap S,ES,active,Low,GISTM,7",
]
"""Of A fewer people, of B a class, C gone, D and E new; Spain as it was."""
INDICATORS: Final = [
    {"indicator": "consequence_known", "country": "PT"},
    {"indicator": "people_at_risk", "country": "PT"},
    {"indicator": "under_monitoring", "country": "PT"},
]
PLAN: Final = "/api/v1/policy/instruments/land-plan"


def written(**more: Any) -> dict[str, Any]:
    """A version of the instrument."""
    document = {"title": "Example land plan", "region": "Example region", "indicators": INDICATORS, "is_example": True}
    return {"version": 0, "is_public": True, "document": document} | more


def freeze(client: httpx.Client, moment: str, place: str = PLAN, **more: Any) -> dict[str, Any]:
    """Freeze it and return what the answer says."""
    answer = client.post(f"{place}/freezes", json={"moment": moment, **more})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found
