"""The answers that the addresses and pages of registers are made of."""

import asyncio

from api.http import times
from api.http.database import DatabasePool
from api.http.errors import BadParameter
from api.register import queries
from api.register.filters import EntryFilter
from api.register.models import ExportForm, RegisterEntries, RegisterEntryDocument, Registers
from tailings.register import exports, inspire_mr


async def all_registers(database: DatabasePool, sees_all: bool) -> Registers:
    """Return the registers that may be read."""
    return Registers(registers=await queries.registers(database, sees_all))


async def entries(
    database: DatabasePool, which: EntryFilter, sees_all: bool, after: int, limit: int
) -> RegisterEntries:
    """Return a part of the list; `next` is for who knows the address."""
    asked = which.values(sees_all)
    return RegisterEntries(
        total=await queries.total(database, asked),
        choices=await queries.choices(database, sees_all),
        entries=await queries.after(database, asked, after, limit),
    )


async def entry(database: DatabasePool, number: int, sees_all: bool) -> RegisterEntryDocument:
    """Return one entry with its history; raise NotFound."""
    found = await queries.one(database, number, sees_all)
    history = await queries.history(database, number, sees_all)
    return RegisterEntryDocument(**found.model_dump(by_alias=True), history=history)


async def export(database: DatabasePool, which: EntryFilter, sees_all: bool, form: ExportForm, address: str) -> bytes:
    """Return the entries that meet a filter as a file, which is made beside the requests of others.

    address: of this installation, for ids that are the only ones of their kind. Raises BadParameter for more than one
    file holds: none is cut.
    """
    asked = which.values(sees_all)
    if (count := await queries.total(database, asked)) > queries.MAX_EXPORTED:
        raise BadParameter(
            f"{count} facilities meet this, and a file holds {queries.MAX_EXPORTED}: narrow it by register, country or "
            "status.",
            "register",
        )
    rows = await queries.exported(database, asked)
    if form == "inspire-mr":
        return await asyncio.to_thread(inspire_mr.document, rows, address)
    if form == "gpkg":
        return await asyncio.to_thread(exports.geopackage, rows, times.now().strftime("%Y-%m-%dT%H:%M:%SZ"))
    return await asyncio.to_thread(exports.csv if form == "csv" else exports.geojson, rows)
