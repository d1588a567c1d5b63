"""Files of npm's packages that the pages and the reference send, and where they are.

In a checkout `setup.sh` installs the packages beside the rooms; a wheel has the files named here in this room, where
`setup.py` puts them. Nothing of ours is imported: the build reads this file alone.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

NAME: Final = "node_modules"
IN_WHEEL: Final = Path(__file__).parent / NAME
IN_CHECKOUT: Final = Path(__file__).parents[1] / NAME
FOLDER: Final = IN_WHEEL if IN_WHEEL.is_dir() else IN_CHECKOUT
PLEX: Final = "@fontsource-variable/ibm-plex-sans/files/ibm-plex-sans-{script}-wght-normal.woff2"
OF_PAGES: Final = {
    "uplot.js": "uplot/dist/uPlot.iife.min.js",
    "plex.woff2": PLEX.format(script="latin"),
    "plex-latin-ext.woff2": PLEX.format(script="latin-ext"),
    "plex-greek.woff2": PLEX.format(script="greek"),
    "plex-cyrillic.woff2": PLEX.format(script="cyrillic"),
}
"""By the name under which a page asks for it."""
MAPLIBRE: Final = "maplibre-gl/dist/maplibre-gl{part}"
OF_MAPS: Final = {
    "maplibre.mjs": MAPLIBRE.format(part=".mjs"),
    "maplibre-worker.mjs": MAPLIBRE.format(part="-worker.mjs"),
    "maplibre.css": MAPLIBRE.format(part=".css"),
    "topojson.js": "topojson-client/dist/topojson-client.min.js",
}
"""What only a map needs: read from the disk when somebody looks at one, never held in memory."""
SWAGGER: Final = "swagger-ui-dist"
OF_REFERENCE: Final = (f"{SWAGGER}/swagger-ui.css", f"{SWAGGER}/swagger-ui-bundle.js")
LICENCES: Final = ("LICENSE*", "NOTICE*", "swagger-ui-bundle.js.LICENSE.txt")


def shipped(folder: Path) -> Iterator[str]:
    """Name what a wheel has of the packages in `folder`: the files above, and their licences."""
    files = [*OF_PAGES.values(), *OF_MAPS.values(), *OF_REFERENCE]
    yield from files
    packages = {"/".join(name.split("/")[: 2 if name.startswith("@") else 1]) for name in files}
    for package in sorted(packages):
        for pattern in LICENCES:
            yield from (path.relative_to(folder).as_posix() for path in sorted((folder / package).glob(pattern)))
