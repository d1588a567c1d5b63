"""A node on the network by the operator's own commands: authority, open broker, provisioned node, stored readings."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

from tailwatch.ports import free_port
from tests import plain_http
from tests.end_to_end.running_site import VALE
from tests.end_to_end.test_ctrl_c import Up

NODE = "n02"
COMMAND_WITHIN_S = 120


def tailwatch(*words: str) -> str:
    """What a command says that succeeds."""
    line = [sys.executable, "-m", "tailwatch", *words]
    done = subprocess.run(line, capture_output=True, text=True, timeout=COMMAND_WITHIN_S, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def is_heard(port: int) -> bool:
    """Whether the centre has packs of the node."""
    answer = plain_http.get(
        f"http://127.0.0.1:{port}/api/v1/facilities/vale/ledger", params={"sender": NODE}, timeout=60
    )
    return any(row["counts"]["stored"] for row in answer.json()["senders"])


def test_a_provisioned_node_reaches_the_database_by_tls(reachable_folder: Path, tmp_path: Path) -> None:
    """Nothing by hand but the commands: the folder that was written runs as it is, by the line that was printed, at the
    port that the broker has opened; its password is of that moment."""
    state, port = str(reachable_folder / "state"), free_port()
    (reachable_folder / "state").mkdir(mode=0o711)
    tailwatch("pki", "init", "--host", "localhost", "--state", state)
    device = tmp_path / "device"
    with Up(reachable_folder, port, "--listen", "127.0.0.1") as up:
        up.until(up.is_ready)
        place = ("--file", str(VALE), "--host", "localhost", "--state", state)
        told = tailwatch("device", "provision", NODE, *place, "--out", str(device), "--vm")
        identity = json.loads((device / "node.json").read_text())
        (line,) = re.findall("run it: (.*)", told)
        with (tmp_path / "said.log").open("w") as said:
            node = subprocess.Popen(shlex.split(line), stdout=said, stderr=said)
        try:
            up.until(lambda: is_heard(port))
        finally:
            node.kill()
            node.wait()
        assert up.ctrl_c() == 0

    assert "the broker knows it" in told and identity["ca_file"] == "ca.der"
    assert f"listens for TLS on 127.0.0.1:{identity['port']}" in up.log.read_text()
    assert identity["password"] not in up.log.read_text()
