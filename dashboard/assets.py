"""Style, scripts and fonts of the pages: own files and the few of npm's that a page needs, held in memory.

Scripts are joined (`bundle`) and texts compressed once, at the start. The address carries a digest of all of them, so
a browser may keep them for a year and never shows an old one.
"""

import gzip
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse
from starlette.exceptions import HTTPException

from api.access import anyone
from api.npm import FOLDER, OF_MAPS, OF_PAGES

from . import bundle, tabs

OWN = Path(__file__).parent / "static"
MEDIA_TYPES = {
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".woff2": "font/woff2",
}
PACKED = (".js", ".css")
OUTLINES = "outlines.json"
"""Of countries, for maps: `tests/dashboard/outlines.py` writes it, with its source and licence."""
OF_SOME = tuple(tabs.files(".js", ".css"))
"""What stands in the folders of pages."""
OF_EVERY_PAGE = ("tailwatch.css", "views.css")
"""Two files for their readers, one for a browser."""
COMMENT_OF_CSS = re.compile(r"/\*.*?\*/", re.DOTALL)
TEXT_OF_CSS = re.compile(r"""("[^"]*"|'[^']*')""")
SPACE_OF_CSS = re.compile(r" ?([{};,]) ?")
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """One file as it is sent; `packed` is the body after gzip, None where that gains nothing (fonts)."""

    body: bytes
    media_type: str
    packed: bytes | None = None

    def answer(self, takes_gzip: bool) -> Response:
        """Answer the file, compressed when the caller takes it so."""
        headers = {"cache-control": FOREVER, "vary": "accept-encoding"}
        if self.packed is None or not takes_gzip:
            return Response(self.body, headers=headers, media_type=self.media_type)
        return Response(self.packed, headers=headers | {"content-encoding": "gzip"}, media_type=self.media_type)


@dataclass(frozen=True)
class Assets:
    """All files by name; `version` changes when any of them does."""

    files: dict[str, Asset]
    version: str
    on_demand: dict[str, Path] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        return f"/static/{self.version}"


def takes_gzip(request: Request) -> bool:
    """Whether the caller takes a packed body."""
    return "gzip" in request.headers.get("accept-encoding", "")


def read(own: Path = OWN, npm: Path = FOLDER, of_pages: Sequence[Path] = OF_SOME) -> Assets:
    """Read all files; one of npm's that is not installed is left out, and the page says what is missing."""
    files = [*sorted(own.iterdir()), *of_pages]
    bodies = _styles({path.name: _small(path.read_text(encoding="utf-8")) for path in files if path.suffix == ".css"})
    bodies |= {f"assets/{name}": (npm / path).read_bytes() for name, path in OF_PAGES.items() if (npm / path).is_file()}
    bodies |= {name: text.encode() for name, text in bundle.join(_scripts(files)).items()}
    made = {name: _asset(name, body) for name, body in bodies.items()}
    digest = hashlib.blake2b(digest_size=6)
    for name, asset in sorted(made.items()):
        digest.update(name.encode() + b"\0" + asset.body)
    on_demand = {f"assets/{name}": npm / path for name, path in OF_MAPS.items() if (npm / path).is_file()}
    on_demand |= {OUTLINES: own / OUTLINES} if (own / OUTLINES).is_file() else {}
    for name, path in sorted(on_demand.items()):
        digest.update(f"{name} {path.stat().st_size}".encode())
    return Assets(made, digest.hexdigest(), on_demand)


def _small(sheet: str) -> bytes:
    """Leave out comments, indentation, and what no browser needs before a bracket."""
    pieces = TEXT_OF_CSS.split(COMMENT_OF_CSS.sub("", sheet))
    pieces[::2] = [SPACE_OF_CSS.sub(r"\1", re.sub(r"\s+", " ", code)).replace(";}", "}") for code in pieces[::2]]
    return "".join(pieces).encode()


def _styles(sheets: dict[str, bytes]) -> dict[str, bytes]:
    whole = b"".join(sheets.pop(name) for name in OF_EVERY_PAGE if name in sheets)
    return {OF_EVERY_PAGE[0]: whole} | sheets


def _scripts(files: Sequence[Path]) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in files if path.suffix == ".js"}


def _asset(name: str, body: bytes) -> Asset:
    suffix = Path(name).suffix
    return Asset(body, MEDIA_TYPES[suffix], gzip.compress(body, mtime=0) if suffix in PACKED else None)


def mount(app: FastAPI, assets: Assets) -> None:
    """Serve the files under /static/{version}/."""

    async def send(request: Request, version: str, name: str) -> Response:
        asset = assets.files.get(name) if version == assets.version else None
        path = assets.on_demand.get(name) if version == assets.version else None
        if path is not None:
            return FileResponse(path, headers={"cache-control": FOREVER}, media_type=MEDIA_TYPES[path.suffix])
        if asset is None:
            raise HTTPException(404)
        return asset.answer(takes_gzip(request))

    address = "/static/{version}/{name:path}"
    app.add_api_route(address, send, methods=["GET"], include_in_schema=False, dependencies=[anyone])
