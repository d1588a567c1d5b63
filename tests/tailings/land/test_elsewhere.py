"""Layers as programs of others have them: GDAL opens what is written, GEOS finds the same areas and distances."""

import json
import subprocess
from datetime import date
from pathlib import Path

import pytest

from tailings.land import distance, exports, layer_file, overlap, shapes
from tailings.land.distance import FacilityOrigin
from tailings.land.exports import ExportedLayer
from tailings.land.values import LayerSource
from tests import foreign
from tests.tailings.land import drawn

pytestmark = pytest.mark.foreign

SHAPELY = """
import json, sys
from pyproj import Transformer
from shapely.geometry import shape
from shapely.ops import transform
from shapely import segmentize
place, one, other = json.load(open(sys.argv[1]))
def on(kind):
    there = Transformer.from_crs(4326, f"+proj={kind} +lat_0={place[1]} +lon_0={place[0]} +ellps=WGS84", always_xy=True)
    return [transform(there.transform, segmentize(shape(each), 0.002)) for each in (one, other)]
near, alike = on("aeqd"), on("laea")
print(json.dumps([near[0].distance(near[1]), alike[0].intersection(alike[1]).area]))
"""


def layer(*features: shapes.Shape) -> ExportedLayer:
    """A layer of these shapes."""
    source = LayerSource("x", "plan", title="T", source="S", licence="CC0-1.0", day=date(2026, 1, 1))
    given = [{"type": "Feature", "geometry": shapes.coordinates(one), "properties": {}} for one in features]
    read = layer_file.read(json.dumps({"type": "FeatureCollection", "features": given}).encode(), source)
    return ExportedLayer("x", "plan", "T", "S", "CC0-1.0", day="2026-01-01", features=read)


def test_gdal_opens_the_geopackage(tmp_path: Path) -> None:
    """ogrinfo reads points, lines and areas with their columns, and has nothing to warn of."""
    one = layer(drawn.point(1, 2), drawn.line((0, 0), (500, 500)), drawn.polygon(drawn.box(0, 0, 100, 50)))
    (tmp_path / "x.gpkg").write_bytes(exports.geopackage(one, "2026-01-01T00:00:00Z"))
    asked = ["ogrinfo", "-ro", "-al", tmp_path / "x.gpkg"]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=True)

    assert "Feature Count: 3" in done.stdout and "licence (String) = CC0-1.0" in done.stdout
    assert all(f"  {kind} (" in done.stdout for kind in ("MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON"))
    assert done.stderr == ""


@pytest.mark.parametrize(
    "other",
    [
        drawn.polygon([(-900, 300), (700, -600), (4_000, 900), (1_500, 5_000)]),
        drawn.polygon([(2_000, 1_000), (15_000, 1_000), (15_000, 18_000)]),
        drawn.polygon(drawn.box(-3_000, -3_000, 3_000, 3_000), drawn.box(-1_200, -900, 100, 60)),
    ],
)
def test_geos_finds_the_same_way_and_area(other: shapes.Shape, tmp_path: Path) -> None:
    """By PROJ's own equidistant and equal-area planes: within 0.1 m, and 1 m2 or a share of 10 in a million."""
    outline = drawn.polygon([(-400, -200), (400, -250), (450, 200), (-350, 260)])
    given = [drawn.PLACE, shapes.coordinates(outline), shapes.coordinates(other)]
    (tmp_path / "given.json").write_text(json.dumps(given))
    way, area = foreign.asked(SHAPELY, tmp_path / "given.json")
    found = distance.distance_m(FacilityOrigin(*drawn.PLACE, outline), other, 25_000)

    assert found == pytest.approx(way, abs=0.1)
    assert overlap.shared_m2(outline, other) == pytest.approx(area, rel=1e-5, abs=1)
