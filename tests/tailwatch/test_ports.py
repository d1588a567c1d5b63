"""Ports: free, remembered, replaced when another program took them."""

import socket
from pathlib import Path

import pytest

from tailwatch.ports import LOOPBACK, Ports, PortTaken, free_port, is_free, is_listening


def test_a_free_port_can_be_listened_on() -> None:
    """What free_port gives is free, and is not while somebody listens."""
    port = free_port()

    assert is_free(port)
    with socket.create_server((LOOPBACK, port)):
        assert not is_free(port)


@pytest.mark.parametrize("address", [LOOPBACK, "0.0.0.0", "::1"])
def test_who_listens_on_an_address_is_found_there(address: str) -> None:
    """Also on that of all interfaces, and by version 6."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((LOOPBACK if family == socket.AF_INET else address, 0), family=family) as server:
        port = server.getsockname()[1]

        assert is_listening(port, address)
    assert not is_listening(port, address)


def test_no_two_that_ask_get_the_same_port() -> None:
    """A server needs a while until it listens: of 500 ports none comes twice, nor is one given to others."""
    asked = [free_port() for _ in range(500)]
    given = set()
    for _ in range(500):
        with socket.create_server((LOOPBACK, 0)) as other:
            given.add(other.getsockname()[1])

    assert len(set(asked)) == 500 and not given & set(asked)


def test_a_port_is_remembered(tmp_path: Path) -> None:
    """The next start finds the port of the last one."""
    first = Ports(tmp_path / "ports.json").port_of("broker")

    assert Ports(tmp_path / "ports.json").port_of("broker") == first


def test_the_file_is_whole_at_any_time(tmp_path: Path) -> None:
    """It is another file after a change: whoever reads it while the power goes has the old one or the new one."""
    Ports(tmp_path / "ports.json").port_of("api")
    before = (tmp_path / "ports.json").stat().st_ino
    held = (tmp_path / "ports.json").open()
    Ports(tmp_path / "ports.json").port_of("broker")

    assert (tmp_path / "ports.json").stat().st_ino != before
    assert "broker" not in held.read()
    held.close()


def test_a_taken_port_is_replaced(tmp_path: Path) -> None:
    """A remembered port that another program took gives way to a free one."""
    first = Ports(tmp_path / "ports.json").port_of("broker")

    with socket.create_server((LOOPBACK, first)):
        assert Ports(tmp_path / "ports.json").port_of("broker") != first


def test_a_wish_that_is_taken_is_an_error(tmp_path: Path) -> None:
    """The operator's own choice is never replaced silently."""
    port = free_port()

    with socket.create_server((LOOPBACK, port)), pytest.raises(PortTaken, match=str(port)):
        Ports(tmp_path / "ports.json").port_of("api", chosen=port)
