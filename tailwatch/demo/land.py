"""Invented layers of land use around the demo dam: a park, a stream into a river, two villages and a spa.

Places are in metres east and north of the dam, on a sphere; nothing of it exists, and each layer says so.
"""

import json
import math
from pathlib import Path
from typing import Any, Final

from tailings.facility import Location

EARTH_M: Final = 6_371_000.0
REACH_M: Final = 30_000
"""Layers are whole so far around the dam: nothing was invented beyond."""
DAY: Final = "2026-11-30"
SAYS: Final = ["--source", "Tailwatch demo, nobody: nothing of it exists", "--licence", "CC0-1.0", "--date", DAY]
Way = tuple[tuple[float, float], ...]
LAYERS: Final[dict[str, tuple[str, str, list[tuple[str, str, Way, float | None]]]]] = {
    "demo-park": (
        "protected-area",
        "Invented park",
        [("Invented oak park", "Polygon", ((900, -4_200), (5_200, -4_600), (6_000, -900), (1_700, -700)), None)],
    ),
    "demo-rivers": (
        "river",
        "Invented streams",
        [
            ("Invented stream", "LineString", ((250, -120), (700, -900), (900, -2_100), (2_300, -3_000)), None),
            ("Invented river", "LineString", ((2_300, -3_000), (4_800, -3_900), (9_500, -9_000)), None),
        ],
    ),
    "demo-places": (
        "settlement",
        "Invented villages",
        [
            ("Invented village", "Polygon", ((850, -1_900), (1_250, -1_900), (1_250, -1_500), (850, -1_500)), 310.0),
            ("Invented spa", "Point", ((4_900, -4_100),), None),
            ("Invented town", "Polygon", ((-7_000, 5_000), (-5_200, 5_000), (-5_200, 6_400), (-7_000, 6_400)), 6_400.0),
        ],
    ),
}


def imports(folder: Path, at: Location) -> list[list[str]]:
    """Write the files, and return the words of the commands that load them."""
    corner, other = _degrees(at, -REACH_M, -REACH_M), _degrees(at, REACH_M, REACH_M)
    covers = ",".join(f"{value:.4f}" for value in (*corner, *other))
    commands = []
    for layer, (kind, title, shapes) in LAYERS.items():
        file = folder / f"{layer}.geojson"
        file.write_text(json.dumps({"type": "FeatureCollection", "features": [_feature(at, *one) for one in shapes]}))
        words = ["layers", "import", str(file), "--layer", layer, "--kind", kind, "--title", title, *SAYS]
        words += ["--covers", covers, "--open", "--read", "name=name"]
        words += ["--read", "population=people"] if kind == "settlement" else []
        commands.append(words + (["--directed"] if kind == "river" else []))
    return commands


def _feature(at: Location, name: str, form: str, way: Way, people: float | None) -> dict[str, Any]:
    places: list[Any] = [_degrees(at, *one) for one in way]
    coordinates = {"Point": places[0], "LineString": places, "Polygon": [[*places, places[0]]]}[form]
    geometry = {"type": form, "coordinates": coordinates}
    return {"type": "Feature", "geometry": geometry, "properties": {"name": name, "people": people}}


def _degrees(at: Location, east_m: float, north_m: float) -> list[float]:
    degree_m = math.radians(EARTH_M)
    return [at.lon + east_m / (degree_m * math.cos(math.radians(at.lat))), at.lat + north_m / degree_m]
