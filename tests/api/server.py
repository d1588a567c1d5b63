"""A real api process for tests, on a free port, ended by its id."""

import ssl
import subprocess
import time
from pathlib import Path

import httpx

from tailwatch import ports
from tests import programs

READY_WITHIN_S = 120.0


class ApiServer:
    """`python -m tailwatch.api` over one database; its log is in `log_file`."""

    python: str | Path | None = None
    """The interpreter that runs it as a shell would, in `cwd`; None: a copy of a process that has its modules."""
    cwd = programs.ROOT

    def __init__(self, folder: Path, conninfo: str, **settings: object) -> None:
        self.port = ports.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.trust: ssl.SSLContext | bool = True
        self.log_file = folder / "api.log"
        secret = folder / "database_url"
        secret.write_text(conninfo)
        secret.chmod(0o600)
        lines = {"database_url_file": f'"{secret}"', "port": self.port, **settings}
        self.settings_file = folder / "api.toml"
        self.settings_file.write_text("".join(f"{key} = {value}\n" for key, value in lines.items()))

    def start(self, wait_for: str = "/readyz") -> "ApiServer":
        self.process = self.run()
        deadline = time.monotonic() + READY_WITHIN_S
        try:
            with httpx.Client(base_url=self.url, timeout=5, verify=self.trust) as client:  # ten times a call's cost
                while not self._answers(client, wait_for):
                    assert self.process.poll() is None, self.log_file.read_text()
                    assert time.monotonic() < deadline, self.log_file.read_text()
                    time.sleep(0.05)
        except BaseException:  # nobody else would end it
            self.stop()
            raise
        return self

    def run(self) -> programs.Program:
        module, words = "tailwatch.api", [str(self.settings_file)]
        if self.python is None:
            return programs.start(module, words, self.log_file)
        return programs.start_alone([self.python, "-m", module, *words], self.log_file, cwd=self.cwd)

    @staticmethod
    def _answers(client: httpx.Client, path: str) -> bool:
        try:
            return client.get(path).status_code == 200
        except httpx.TransportError:
            return False

    def stop(self) -> int:
        """End it by SIGTERM and return its exit code."""
        self.process.terminate()
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait(30)
