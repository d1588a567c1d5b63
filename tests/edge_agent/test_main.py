"""The program: exit codes, its one sentence for a person, and an end within 5 seconds."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import pytest

import edge_agent
from tests.edge_agent.world import FACILITY_FILE, World

ROOT = Path(__file__).parents[2]
OF_OTHERS = {
    *("asyncio", "difflib", "multiprocessing", "numpy.ma", "numpy.random", "pymodbus", "serial", "statistics"),
    *("subprocess", "tailwatch", "typer"),
    *edge_agent.LATER,
}
"""Modules that a gateway with nodes over MQTT has no use for."""


def settings_file(world: World, agent: str = "gw1") -> Path:
    end = f'host = "127.0.0.1"\nport = {world.broker.port}\nuser = "vale/_edge/gw1"\npassword_file = "password"\n'
    file = world.folder / "settings.toml"
    head = f'facility_file = "{FACILITY_FILE}"\nagent = "{agent}"\nstate_dir = "state"\nwait_for_time_s = 0\n'
    file.write_text(f"{head}[site_broker]\n{end}[uplink]\n{end}")
    return file


def started(file: Path, environment: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "edge_agent", str(file)]
    variables = {**os.environ, **(environment or {})}
    return subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True, env=variables)


def test_sigterm_ends_it_in_order(world: World) -> None:
    """Within 5 s, exit code 0, and the centre has heard offline."""
    centre = world.centre()
    running = started(settings_file(world))
    assert running.stderr is not None
    for line in running.stderr:
        if "connected link=uplink" in line:
            break

    running.send_signal(signal.SIGTERM)
    code = running.wait(60)

    assert code == 0
    assert centre.on("tw/1/vale/_edge/gw1/state")[-1] == b'{"state":"offline"}'
    running.stderr.close()
    centre.close()


def test_sigterm_ends_it_without_any_broker(world: World) -> None:
    """A gateway at a dead site must still shut down."""
    world.broker.kill()
    running = started(settings_file(world))
    assert running.stderr is not None
    assert "started" in running.stderr.readline()

    os.kill(running.pid, signal.SIGTERM)

    assert running.wait(60) == 0
    running.stderr.close()


def test_wrong_settings_are_one_sentence_and_exit_code_2(world: World) -> None:
    """No traceback for what a person must correct."""
    running = started(settings_file(world, agent="gw9"))
    _, said = running.communicate(timeout=60)

    assert running.returncode == 2
    assert "gw1" in said
    assert "Traceback" not in said


def test_what_is_asked_from_outside_is_there_when_it_is_asked() -> None:
    """Each name that is loaded later is one of the room's door, and what its module calls by that name."""
    for module, names in edge_agent.LATER.items():
        for name in names:
            assert name in edge_agent.__all__
            assert getattr(edge_agent, name) is getattr(import_module(module), name)
    with pytest.raises(AttributeError, match="no attribute 'imports'"):
        edge_agent.imports  # noqa: B018


def test_it_loads_what_its_settings_name(world: World) -> None:
    """Each library of another receiver would take a share of a small gateway's memory."""
    running = started(settings_file(world), {"PYTHONPROFILEIMPORTTIME": "1"})
    assert running.stderr is not None
    loaded = set[str]()
    for line in running.stderr:
        loaded.add(line.rpartition("|")[2].strip())
        if "connected link=uplink" in line:
            break

    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=60)

    assert "edge_agent.receive.receivers.mqtt_nodes" in loaded
    assert not loaded & OF_OTHERS
