"""The answers that the addresses and pages of packages are made of."""

import msgspec

from api.http.database import DatabasePool
from api.packages import queries
from api.packages.models import PackageDocument, PackagedSeries, Packages
from tailings.dataset import datacite, dcat_ap, schema_org


async def newest(database: DatabasePool, facility: str) -> Packages:
    """Return the newest packages of a facility."""
    return Packages(packages=await queries.newest(database, facility))


async def document(database: DatabasePool, facility: str, version: str, site: str) -> PackageDocument:
    """Return a package as catalogues read it; site: where this one is reached, as https://dam.example.org.

    Raises NotFound.
    """
    found = await queries.one(database, facility, version)
    package = found.package
    one = found.description.at(f"{site}{package.page}")
    download = f"{site}{package.address}"
    return PackageDocument(
        **package.model_dump(by_alias=True),
        title=one.title,
        description=one.description,
        creator=one.creator,
        licence=one.licence,
        content_address=one.content_address,
        datastreams=[PackagedSeries(**msgspec.to_builtins(series)) for series in one.series],
        schema_org=schema_org.document(one, download, package.bytes),
        dcat_ap=dcat_ap.document(one, download, package.sha256, package.bytes),
        datacite=datacite.document(one, package.bytes),
    )
