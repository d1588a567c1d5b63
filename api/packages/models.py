"""A package as it leaves the api: what is said of it, and where its file is."""

from pydantic import Field

from api.http.models import Shape, Time

Document = dict[str, object]


class Package(Shape):
    """A package that is whole, and is never changed; its content has its hash wherever it is kept."""

    version: str = Field(pattern="^[0-9a-f]{16}$", examples=["0f3a5c7e9b1d2f40"])
    facility: str
    from_: Time = Field(alias="from", description="Of its readings, included")
    to: Time = Field(description="Not included")
    known_at: Time = Field(description="Its readings as they were known then")
    content_sha256: str = Field(description="The content hash: of its manifest")
    sha256: str = Field(description="Of the ZIP")
    bytes: int = Field(description="Of the ZIP")
    rows: int = Field(description="Readings in it")
    whole_at: Time
    address: str = Field(description="Of the ZIP")
    page: str = Field(description="Of its landing page")


class Packages(Shape):
    """The newest packages of a facility."""

    packages: list[Package]


class PackagedSeries(Shape):
    """One datastream of a package, and the file of its readings."""

    name: str = Field(examples=["n07:vw1.pressure"])
    quantity: str
    unit: str = Field(description="UCUM")
    definition: str | None = Field(description="URI of the quantity")
    formula: str | None = Field(description="None: measured")
    rows: int
    file: str


class PackageDocument(Package):
    """One package with what catalogues read of it."""

    title: str
    description: str
    creator: str
    licence: str = Field(description="SPDX; '' where none is stated")
    content_address: str = Field(description="The name of the content by its hash (RFC 6920)")
    datastreams: list[PackagedSeries]
    schema_org: Document = Field(description="JSON-LD, schema.org/Dataset")
    dcat_ap: Document = Field(description="JSON-LD, DCAT-AP")
    datacite: Document = Field(description="For who registers a DOI")
