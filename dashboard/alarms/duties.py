"""Named roles: which one approves a plan and lowers it, who holds it, and what the facility file alone says."""

from typing import NamedTuple

from api.alarms.models import AllPlans, AllRecipients, Duties, Plan
from texts import Texts

from . import words
from .board import AlarmBoardView


class FacilityName(NamedTuple):
    """A facility by id and name."""

    id: str
    name: str


class Role(NamedTuple):
    """One role of a facility: the plans that it lowers, and who holds it."""

    facility: FacilityName
    role: str
    plans: list[Plan]
    holders: str


def role_of(plan: Plan, texts: Texts) -> str:
    """Give the role that answers for a plan: who lowers it, else the Engineer of Record."""
    return plan.lowered_by or str(texts["alarms"]["plan"]["engineer"])


def of_plan(plan: Plan, known: Duties, texts: Texts) -> dict[str, object]:
    """Give who holds the role of a plan, who could, and the lines of the facility file that say which role it is."""
    role = role_of(plan, texts)
    holders = [one.holder for one in known.held if one.role == role]
    said = texts["alarms"]["duties"]
    line = f'lowered_by = "{role}"'
    return {
        "role": role,
        "holders": [(holder, words.who(holder, known.names, texts)) for holder in holders],
        "possible": [one for one in known.possible if f"user:{one.id}" not in holders],
        "may": bool(known.possible),
        "says": said["lowers"] if plan.lowered_by else said["by_itself"],
        "lines": f"[tarp.{plan.id}]\n{line if plan.lowered_by else f'# {line}'}",
    }


def of_all(found: AllPlans, told: AllRecipients, board: AlarmBoardView, texts: Texts) -> list[Role]:
    """Give the roles of all plans of the facilities in which the caller may act; one that nobody holds says so."""
    rows = []
    for facility, plans in places_of(found, board):
        if not board.caller.may("annotate", facility.id):
            continue
        for role in dict.fromkeys(role_of(plan, texts) for plan in plans):
            who = [
                words.who(one.holder, told.names, texts)
                for one in told.held
                if (one.facility, one.role) == (facility.id, role)
            ]
            own = [plan for plan in plans if role_of(plan, texts) == role]
            rows.append(Role(facility, role, own, ", ".join(who) or texts["alarms"]["duties"]["nobody"]))
    return rows


def places_of(found: AllPlans, board: AlarmBoardView) -> list[tuple[FacilityName, list[Plan]]]:
    """Give the plans of each facility, with its name."""
    named = dict(board.places)
    return [(FacilityName(one.facility, named.get(one.facility, one.facility)), one.plans) for one in found.facilities]
