"""Who the caller is."""

from fastapi import APIRouter, Depends

from api.access import Anyone, Known, tokens
from api.access.roles import ROLES
from api.people.models import Me

router = APIRouter(prefix="/api/v1", tags=["commands"])


@router.get("/me", summary="Who you are here, and what you may do", dependencies=[Depends(Anyone())])
async def me(caller: Known) -> Me:
    """For programs to check a key, and for pages to get the token that a session's requests carry."""
    roles: dict[str, list[str]] = {
        place: [role for role in ROLES if role in held] for place, held in caller.grants.items()
    }
    token = None if caller.session is None else tokens.form_token(caller.session)
    return Me(who=caller.who, name=caller.name, roles=roles, form_token=token)
