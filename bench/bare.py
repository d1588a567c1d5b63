"""A bare Starlette that answers the files of a folder by their names, as `python -m bench.bare PORT FOLDER`.

By the same server as the api's: what an answer of so many bytes can hardly cost less than.
"""

import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tailwatch.ports import LOOPBACK


def serve(port: int, folder: Path) -> None:
    """Serve until SIGTERM; the files are read once."""
    bodies = {file.name: file.read_bytes() for file in folder.iterdir()}

    async def answer(request: Request) -> Response:
        return Response(bodies[request.path_params["name"]], media_type="application/json")

    app = Starlette(routes=[Route("/{name}", answer)])
    uvicorn.run(app, loop="asyncio", host=LOOPBACK, port=port, log_config=None, access_log=False, ws="none")


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]))
