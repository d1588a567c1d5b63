"""The one way to the catalogue: what the caller may read, each thing with its licence and address."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from api.catalogue import queries
from api.catalogue.dossiers import KnownDossier, KnownDossiers
from api.catalogue.queries import CataloguedFacility, CataloguedPackage, CataloguedStatement
from api.http.database import DatabasePool
from api.land import answers as land
from api.land.models import LandLayer
from api.policy import answers as policy
from api.policy.models import PolicyInstrument
from tailings.dataset import catalogue
from tailings.dataset.catalogue import CataloguedFile, CataloguedSet

NUTS: Final = re.compile("[A-Z]{2}[A-Z0-9]{1,3}")
"""The file of a facility may name its region in words."""
JSON: Final = "application/json"
ZIP: Final = "application/zip"


async def document(
    database: DatabasePool, seen: frozenset[str] | None, site: str, dossiers: KnownDossiers
) -> dict[str, Any]:
    """Return the catalogue; site: where this one is reached, as https://dam.example.org."""
    facilities = {one.id: one for one in await queries.facilities(database, seen)}
    ids, sees_all = list(facilities), seen is None
    sets = [_readings(one, site) for one in facilities.values()]
    for package in await queries.packages(database, ids):
        sets.append(_package(facilities[package.facility], package, site))
    for statement in await queries.statements(database, ids):
        sets.append(_statement(facilities[statement.facility], statement, site))
    for instrument in (await policy.all_instruments(database, sees_all)).instruments:
        sets.append(_dossier(instrument, await dossiers.of(database, instrument, sees_all), site))
    sets += [_layer(one, site) for one in (await land.all_layers(database, sees_all)).layers]
    title, about = (
        "Data of mining waste",
        "What this installation of Tailwatch lets you read, with the licence of each.",
    )
    return catalogue.document(f"{site}/api/v1/catalogue", title, about, _publisher(facilities, site), sets)


def _publisher(facilities: dict[str, CataloguedFacility], site: str) -> str:
    """The operator, where all facilities have one and the same; else who runs it is known by its address alone."""
    known = {one.operator for one in facilities.values()}
    return known.pop() if len(known) == 1 and "" not in known else site


def _readings(of: CataloguedFacility, site: str) -> CataloguedSet:
    file = CataloguedFile(f"{site}/api/v1/facilities/{of.id}/datastreams", JSON, of.licence)
    about = "Datastreams with their readings, quality flags and calibrations, as they come in."
    title = f"Readings of {of.name}"
    one = CataloguedSet(f"{file.address}#dataset", title, about, _owner(of), (file,), issued=of.applied_at)
    return _placed(one, of, f"{site}/f/{of.id}/data")


def _package(of: CataloguedFacility, package: CataloguedPackage, site: str) -> CataloguedSet:
    place = f"{of.id}/packages/{package.version}"
    file = CataloguedFile(f"{site}/api/v1/facilities/{place}/file", ZIP, of.licence)
    title = f"Package {package.version} of {of.name}"
    about = "Readings of a span with their provenance, as one ZIP that can be cited and checked without a server."
    one = CataloguedSet(f"{file.address}#dataset", title, about, _owner(of), (file,), issued=package.known_at)
    return _placed(one, of, f"{site}/f/{place}")


def _statement(of: CataloguedFacility, signed: CataloguedStatement, site: str) -> CataloguedSet:
    address = f"{site}/api/v1/facilities/{of.id}/statements/{signed.year}?version={signed.version}"
    title = f"Annual statement {signed.year} of {of.name}, version {signed.version}"
    about = "What Directive 2006/21/EC Article 11(3) and GISTM ask for each year, as it was signed."
    file = CataloguedFile(address, JSON, of.licence)
    one = CataloguedSet(f"{address}#dataset", title, about, _owner(of), (file,), issued=signed.signed_at)
    return _placed(one, of, f"{site}/f/{of.id}/statements")


def _owner(of: CataloguedFacility) -> str:
    return of.operator or of.name


def _placed(one: CataloguedSet, of: CataloguedFacility, page: str) -> CataloguedSet:
    """With what all data of a facility have: its quantities and its place."""
    place = (of.lon, of.lat) if of.lon is not None and of.lat is not None else None
    region = of.region if NUTS.fullmatch(of.region) else ""
    return msgspec.structs.replace(one, keywords=tuple(of.quantities), page=page, region=region, place=place)


def _dossier(one: PolicyInstrument, frozen: KnownDossier | None, site: str) -> CataloguedSet:
    """With the newest that both moments are frozen of; before that only what is evaluated anew."""
    page = f"{site}/policy/{one.id}"
    asked = f"{site}/api/v1/policy/instruments/{one.id}"
    files = [CataloguedFile(asked, JSON, one.document.licence)]
    if frozen is not None:
        address = f"{asked}/dossier?before={frozen.before}&after={frozen.after}"
        files.append(CataloguedFile(address, ZIP, one.document.licence, frozen.sha256))
    return CataloguedSet(
        address=f"{page}#dataset",
        title=one.document.title,
        description=one.document.about
        or "Indicators of a policy instrument, before and after, with what they stand on.",
        publisher=one.document.authority or site,
        files=tuple(files),
        issued=one.written_at,
        page=page,
    )


def _layer(one: LandLayer, site: str) -> CataloguedSet:
    export = f"{site}/api/v1/land/layers/{one.layer}/export"
    return CataloguedSet(
        address=f"{export}#dataset",
        title=one.title,
        description=f"Layer of land use ({one.kind}) by {one.source}, as of {one.day.isoformat()}.",
        publisher=one.source,
        files=(
            CataloguedFile(export, "application/geo+json", one.licence),
            CataloguedFile(f"{export}?form=gpkg", "application/geopackage+sqlite3", one.licence),
        ),
        issued=one.loaded_at,
        day=one.day,
        keywords=(one.kind,),
        page=one.address,
        box=one.covers,
    )
