"""A map of assays: which headings of a laboratory's or a survey's table are our columns, and where its places lie."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct, field

from tailings.commodities import substances
from tailings.facility.mappings import line_of
from tailings.laboratory.assay_file import COLUMNS
from tailings.laboratory.contents import BadContent, read_content
from tailings.mapped_tables import table_map
from tailings.mapped_tables.coordinates import ANGLES, METRES, epsg
from tailings.mapped_tables.table_map import TableMap, Text
from toml_file.nearest import hint

INTERVAL: Final = ("hole", "from_m", "to_m")
"""What names a sample where the file has no name of it."""
COMPUTED: Final = ("chainage_m", "offset_m")
"""What easting and northing, or longitude and latitude, become."""


class FacilityGrid(Struct, frozen=True, forbid_unknown_fields=True):
    """The frame of the facility's nodes on the map: chainage 0, another point of the crest, and where downstream is."""

    zero: tuple[float, float]
    """Easting and northing of chainage 0 and offset 0, in metres of `crs`."""
    toward: tuple[float, float]
    """Easting and northing of a point with offset 0 and a higher chainage."""
    downstream: Literal["left", "right"]
    """On which hand downstream lies, where offsets are positive, when one looks from zero toward that point."""
    crs: Text
    """The projected reference system of both: EPSG:32719, or UTM 19 south (WGS 84)."""
    points: Text | None = None
    """That of the file's coordinates: by default WGS 84 for longitudes, and `crs` for eastings."""

    def __post_init__(self) -> None:
        for name, crs in (("crs", self.crs), ("points", self.points)):
            if crs is not None and not epsg(crs):
                raise ValueError(f"{name}: {crs!r} is no reference system; write EPSG:32719, or UTM 19 south")
        if self.zero == self.toward:
            raise ValueError("toward: the point of the crest must be another one than zero")


class AssayMap(TableMap, frozen=True, forbid_unknown_fields=True):
    """How a table of assays is read.

    A heading is a column of the assay file, easting_m, northing_m, longitude, latitude, or a result with its unit and
    method ("WO3 % [XRF]"). Of several results of an element the first counts.
    """

    kinds: dict[str, Literal["primary", "duplicate", "blank", "standard"]] = field(default_factory=dict)
    """The file's words for the kinds of samples."""
    scale: dict[str, str] = field(default_factory=dict)
    """What is made of the numbers of a heading, as a line: 0.3048*x makes metres of feet."""
    grid: FacilityGrid | None = None
    """How eastings, or longitudes, become chainages."""
    unit: str = ""
    """The unit of results whose headings name a substance alone (Cu)."""
    negative_is_below: bool = False
    """Whether -0.5 means <0.5, as surveys write it."""
    sample_by_interval: bool = False
    """Whether a sample is named by its hole and depths, as printed, where a file has no names of samples."""

    def __post_init__(self) -> None:
        super().__post_init__()
        targets = [target for _, target in self.named]
        for name in self.constants:
            if name not in COLUMNS:
                raise ValueError(f"constants: {name!r} is no column{hint(name, COLUMNS)}")
        for heading, line in self.scale.items():
            if heading not in self.columns:
                raise ValueError(f"scale: there is no heading {heading!r} in columns{hint(heading, self.columns)}")
            line_of(line)
        self._check_places(targets)

        if self.sample_by_interval:
            self._check_interval(targets)

    def _check_interval(self, targets: list[str]) -> None:
        if "sample" in targets or "sample" in self.constants:
            raise ValueError("sample_by_interval: a heading names the samples already; leave one of the two")
        for name in INTERVAL:
            if name not in targets:
                raise ValueError(f"sample_by_interval: lead a heading to {name} under [columns]")

    def _check_places(self, targets: list[str]) -> None:
        for pair in (METRES, ANGLES):
            if len(set(pair) & set(targets)) == 1:
                raise ValueError(f"columns: {pair[0]} and {pair[1]} come together")
        mapped = [pair for pair in (METRES, ANGLES, COMPUTED) if set(pair) & set(targets)]
        if len(mapped) > 1:
            raise ValueError(f"columns: a sample has one place; leave {mapped[0][0]} or {mapped[1][0]}")
        if mapped and mapped[0] is not COMPUTED and self.grid is None:
            raise ValueError("grid: is missing; it says where chainage 0 lies and which way chainages rise")

    @property
    def apart(self) -> str:
        """What parts two headings of one target."""
        return "; give methods in brackets"

    def target(self, name: str) -> str:
        """A heading with the unit of the map, where it is a substance alone."""
        return f"{name} {self.unit}" if self.unit and substances.is_known(name) else name


def read_map(toml: str) -> AssayMap:
    """Read a map; raises BadMap with each fault and its line."""
    return table_map.read_map(toml, AssayMap, _problem)


def _problem(target: str) -> str:
    """What is wrong with what a heading is; "" where nothing is."""
    known = (*COLUMNS, *METRES, *ANGLES)
    try:
        if target not in known:
            read_content(target)
    except BadContent as error:
        return str(error) if " " in target.strip() else f"{target!r} is no column and no result{hint(target, known)}"
    return ""
