"""Permissions: each address declares one, as a dependency that runs before anything is read.

`anyone` for what is no data; `OfFacility` and `OfDatastream` where the path names one; `OfList` for lists, which then
show what the caller may see (`Seen`); `OfEverything` for what belongs to no facility. A public facility may be read
without a key. Who may not read a facility is not told whether there is one: without credentials it is 401, with others
404, in the same words and after the same questions to the database as for one that does not exist (`require_in`).
"""

from typing import Annotated, Final

from fastapi import Depends, Request

from api.access import visible
from api.access.caller import Caller
from api.access.identify import Known
from api.access.roles import EVERYWHERE, Role
from api.datastreams import queries as datastreams
from api.datastreams.models import Datastream
from api.facilities import queries as facilities
from api.http.database import DatabasePool
from api.http.errors import NotAllowed, NotFound, WhoAreYou, shown
from api.http.parameters import AlarmId, DatastreamRef, EvidenceId, FacilityId
from runtime.log import log_of
from runtime.settings import LOOPBACK
from tailings.disclosure import Disclosed

UNKNOWN: Final = "?"
"""Stands for the facility of a thing that does not exist."""
FORWARDED: Final = ("x-forwarded-for", "forwarded", "via")

tell = log_of(__name__)


class Permission:
    """What an address demands of its caller; `role` None is for all."""

    role: Role | None = None


class Anyone(Permission):
    """No data behind it: health, help, style, the login page."""

    async def __call__(self) -> None:
        return None


class OfFacility(Permission):
    """A role in the facility that the path names; raises NotFound, WhoAreYou or NotAllowed."""

    def __init__(self, role: Role) -> None:
        self.role: Role = role

    async def __call__(self, request: Request, facility: FacilityId, caller: Known) -> None:
        await require(request.app.state.database, caller, self.role, facility)


class OfDatastream(Permission):
    """A role in the facility of the datastream that the path names, which it returns: it is asked for but once."""

    def __init__(self, role: Role) -> None:
        self.role: Role = role

    async def __call__(self, request: Request, datastream: DatastreamRef, caller: Known) -> Datastream:
        return await require_datastream(request.app.state.database, caller, self.role, datastream)


class OfAlarm(Permission):
    """A role in the facility of the alarm that the path names."""

    def __init__(self, role: Role) -> None:
        self.role: Role = role

    async def __call__(self, request: Request, alarm: AlarmId, caller: Known) -> None:
        found = await visible.facility_of_alarm(request.app.state.database, alarm)
        facility, is_public = (UNKNOWN, None) if found is None else found
        require_in(caller, self.role, facility, is_public, visible.unknown_alarm(alarm))


class OfEvidence(Permission):
    """A right of the caller's own to read the facility of the evidence that the path names, also where it is public.

    Photos show people and places; a facility publishes readings, and no evidence.
    """

    role: Role = "read"

    async def __call__(self, request: Request, id: EvidenceId, caller: Known) -> None:
        facility = await visible.facility_of_evidence(request.app.state.database, id)
        absent = NotFound(f"There is no evidence {id} that you may read; the page of its alarm lists it.", "id")
        require_in(caller, self.role, facility or UNKNOWN, None if facility is None else False, absent)


class OfDisclosed(Permission):
    """What strangers may see of the facility that the path names, which it returns: the same for whoever asks.

    A facility without a public page is answered as one that does not exist.
    """

    async def __call__(self, request: Request, facility: FacilityId, caller: Known) -> Disclosed:
        found = await visible.disclosed(request.app.state.database, facility)
        if found is None:
            raise NotFound(
                f"There is no public page of {shown(facility)}; /public/region lists those there are.", "facility"
            )
        return found


class OfList(Permission):
    """Shows what the caller may read: `seen` are the facilities, None all of them."""

    role: Role = "read"

    async def __call__(self, request: Request, caller: Known) -> frozenset[str] | None:
        own = caller.facilities(self.role)
        return None if own is None else own | await visible.public(request.app.state.database)


class Signed(Permission):
    """Any caller who has said who it is; what it may do is decided by what it asks for."""

    role: Role = "read"

    async def __call__(self, caller: Known) -> None:
        if not caller.is_known:
            raise WhoAreYou("Log in at /login, or send a key.")


class OfEverything(Permission):
    """A role in every facility, for what belongs to none."""

    def __init__(self, role: Role) -> None:
        self.role: Role = role

    async def __call__(self, caller: Known) -> None:
        require_in(caller, self.role, EVERYWHERE, is_public=False)


class OfMetrics(Permission):
    """Reading every facility, or being on this machine (a Prometheus beside us), and not through a proxy."""

    role: Role = "read"

    async def __call__(self, request: Request, caller: Known) -> None:
        is_direct = not any(name in request.headers for name in FORWARDED)
        if not (is_direct and caller.address in LOOPBACK):
            require_in(caller, self.role, EVERYWHERE, is_public=False)


async def require(database: DatabasePool, caller: Caller, role: Role, facility: str) -> None:
    """Raise NotFound, WhoAreYou or NotAllowed unless the caller has the role in this facility."""
    is_public = await visible.is_public(database, facility)
    require_in(caller, role, facility, is_public, facilities.unknown(facility))


async def require_datastream(database: DatabasePool, caller: Caller, role: Role, ref: str) -> Datastream:
    """The same for a datastream, which is returned; that a facility which may be read has no such one is said."""
    found = await visible.facility_of_datastream(database, ref)
    require_in(caller, role, found.facility or UNKNOWN, found.is_public, datastreams.unknown(ref))
    if found.datastream is None:
        raise datastreams.unknown(ref)
    return found.datastream


def require_in(
    caller: Caller, role: Role, facility: str, is_public: bool | None, absent: NotFound | None = None
) -> None:
    """Raise unless the caller has the role in this facility; `is_public` is None where there is none.

    `absent` is what a caller gets that may not even read it, whether it is there or not; None where nothing is secret.
    """
    is_there = is_public is not None
    is_open = bool(is_public) and _may_read_public(caller)
    if is_there and (caller.may(role, facility) or (role == "read" and is_open)):
        return
    tell("WARNING", "access-denied", who=caller.who, address=caller.address, needs=role, facility=facility)
    where = "every facility" if facility == EVERYWHERE else "this facility"
    if not caller.is_known:
        raise WhoAreYou(f"This needs the right to {role} in {where}: log in at /login, or send a key.")
    if absent is not None and not (is_there and (is_public or caller.may("read", facility))):
        raise absent
    raise NotAllowed(f"{caller.who} has no right to {role} in {where}; an administrator can give it.")


def _may_read_public(caller: Caller) -> bool:
    """A key without the scope read reads nothing, also what is public: who made it so meant it."""
    return not caller.who.startswith("key:") or any("read" in roles for roles in caller.grants.values())


anyone: Final = Depends(Anyone())
reads_list: Final = OfList()
Seen = Annotated[frozenset[str] | None, Depends(reads_list)]
