"""A web server on loopback that keeps who asked, for tests of where a notification may go."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer


class Web(HTTPServer):
    """A web server on loopback that says where to go next, if anywhere, and keeps who asked."""

    def __init__(self, host: str, onward: str = "") -> None:
        super().__init__((host, 0), Page)
        self.onward, self.asked = onward, list[str]()

    @property
    def url(self) -> str:
        return f"http://{self.server_address[0]!s}:{self.server_port}/"


class Page(BaseHTTPRequestHandler):
    """One answer: 307, which keeps the method and the body (RFC 9110), or 200."""

    server: Web

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.asked.append(self.path)
        self.send_response(307 if self.server.onward else 200)
        if self.server.onward:
            self.send_header("location", self.server.onward)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serving(web: Web) -> Iterator[Web]:
    """Let it answer."""
    thread = threading.Thread(target=web.serve_forever, args=(0.05,))
    thread.start()
    yield web
    web.shutdown()
    thread.join()
    web.server_close()
