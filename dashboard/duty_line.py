"""Who is on duty now, for the top bar of every page: of the facility of the page, else of the only rota there is."""

from datetime import datetime

from fastapi import Request

from api.access import Known
from api.http.dependencies import Data, Now
from api.recipients import rotas
from api.recipients.models import Rota
from dashboard.alarms.on_call import by_rota
from texts import Texts
from wire import names


async def note_duty(request: Request, database: Data, caller: Known, now: Now) -> None:
    """Leave the rota where the frame of the page finds it; none for who may not act there."""
    facility, acts = request.path_params.get("facility"), caller.facilities("annotate")
    if facility is not None:
        acts = frozenset({facility}) if names.is_id(facility) and caller.may("annotate", facility) else frozenset()
    request.state.duty = await rotas.only_one(database, acts, now) if acts is None or acts else None


def words(rota: Rota | None, now: datetime, texts: Texts) -> str:
    """Say who is on duty, until when; empty: there is no rota, or not for this reader."""
    return by_rota(rota, now, texts) if rota else ""
