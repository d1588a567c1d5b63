"""A node on the network by the operator's own commands: authority, open broker, provisioned node, stored readings."""

import json
import re
import subprocess
import sys
from pathlib import Path

from firmware.build import build
from tailwatch.ports import free_port
from tests import plain_http
from tests.end_to_end.running_site import VALE
from tests.end_to_end.test_ctrl_c import Up
from tests.firmware.conftest import CHANNELS, FAST
from tests.firmware.node_process import NodeProcess

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
    """Nothing by hand but the four commands and the folder that goes to the node; its password is of that moment."""
    state, port = str(reachable_folder / "state"), free_port()
    (reachable_folder / "state").mkdir(mode=0o711)
    tailwatch("pki", "init", "--host", "localhost", "--state", state)
    build(tmp_path / "unix", "unix")
    with Up(reachable_folder, port, "--listen", "127.0.0.1") as up:
        up.until(up.is_ready)
        (door,) = re.findall(r"listens for TLS on 127\.0\.0\.1:(\d+)", up.log.read_text())
        device = str(tmp_path / "device")
        told = tailwatch(
            "provision",
            NODE,
            "--facility",
            str(VALE),
            "--to",
            device,
            "--host",
            "localhost",
            "--port",
            door,
            "--state",
            state,
        )
        identity = json.loads((tmp_path / "device" / "identity.json").read_text())
        node = NodeProcess(tmp_path / "unix", tmp_path / "device", **identity, configuration=FAST)
        node.simulate(CHANNELS)
        node.start()
        try:
            up.until(lambda: is_heard(port))
        finally:
            node.kill()
        assert up.ctrl_c() == 0

    assert "the broker knows it" in told and identity["ca_file"] == "ca.der"
    assert identity["password"] not in up.log.read_text()
