"""A web server outside the site: it counts what it is asked for and keeps what it is told, as a watch service does."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class Outside:
    """Listens on loopback; `status` is what it answers."""

    def __init__(self) -> None:
        self.pings: list[str] = []
        self.told: list[dict[str, Any]] = []
        self.status = 200
        outside = self

        class Answer(BaseHTTPRequestHandler):
            """Answers one request of a client."""

            def do_GET(self) -> None:
                outside.pings.append(self.path)
                self._answer()

            def do_POST(self) -> None:
                outside.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self._answer()

            def _answer(self) -> None:
                self.send_response(outside.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Nothing is written."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def subjects(self) -> list[str]:
        """Titles of the notifications that came, in order."""
        return [str(one["title"]) for one in list(self.told)]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
