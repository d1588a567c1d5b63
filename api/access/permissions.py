"""Permissions: each address declares one, as a dependency that runs before anything is read.

`anyone` for what is no data; `OfFacility` and `OfDatastream` where the path names one; `OfList` for lists, which then
show what the caller may see (`Seen`); `OfEverything` for what belongs to no facility. A public facility may be read
without a key. Ids of facilities are no secret: who may not read one is told so, and is not told that there is none.
"""

from typing import Annotated, Final

from fastapi import Depends, Request

from api.access import visible
from api.access.caller import Caller
from api.access.identify import Known
from api.access.roles import EVERYWHERE, Role
from api.alarms import queries as alarms
from api.datastreams import queries as datastreams
from api.facilities import queries as facilities
from api.http.database import DatabasePool
from api.http.errors import NotAllowed, WhoAreYou, shown
from api.http.parameters import AlarmId, DatastreamRef, FacilityId
from runtime.log import log_of
from runtime.settings import LOOPBACK

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
    """A role in the facility of the datastream that the path names."""

    def __init__(self, role: Role) -> None:
        self.role: Role = role

    async def __call__(self, request: Request, datastream: DatastreamRef, caller: Known) -> None:
        database: DatabasePool = request.app.state.database
        found = await visible.facility_of_datastream(database, datastream)
        if found is None:
            raise datastreams.unknown(datastream)
        require_in(caller, self.role, found.facility, found.is_public)


class OfAlarm(Permission):
    """A role in the facility of the alarm that the path names."""

    def __init__(self, role: Role) -> None:
        self.role: Role = role

    async def __call__(self, request: Request, alarm: AlarmId, caller: Known) -> None:
        found, is_public = await alarms.one(request.app.state.database, alarm)
        require_in(caller, self.role, found.facility, is_public)


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
    if is_public is None:
        raise facilities.unknown(facility)
    require_in(caller, role, facility, is_public)


def require_in(caller: Caller, role: Role, facility: str, is_public: bool) -> None:
    """Raise WhoAreYou or NotAllowed unless the caller has the role in this facility."""
    if caller.may(role, facility) or (is_public and role == "read" and _may_read_public(caller)):
        return
    tell("WARNING", "access-denied", who=caller.who, address=caller.address, needs=role, facility=facility)
    where = "every facility" if facility == EVERYWHERE else f"facility {shown(facility)}"
    if not caller.is_known:
        raise WhoAreYou(f"This needs the right to {role} in {where}: log in at /login, or send a key.")
    raise NotAllowed(f"{caller.who} has no right to {role} in {where}; an administrator can give it.")


def _may_read_public(caller: Caller) -> bool:
    """A key without the scope read reads nothing, also what is public: who made it so meant it."""
    return not caller.who.startswith("key:") or any("read" in roles for roles in caller.grants.values())


anyone: Final = Depends(Anyone())
reads_list: Final = OfList()
Seen = Annotated[frozenset[str] | None, Depends(reads_list)]
