"""The machine of an installation: certificates by name, what cannot be read is counted, room as df(1) says it."""

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from api.health import installation
from tailwatch.pki import Authority


def test_certificates_end_as_openssl_says(tmp_path: Path) -> None:
    """Of the authority, the broker and an agent; a file that is none is counted."""
    authority, now = Authority(tmp_path / "pki"), datetime.now(UTC)
    authority.make("test", now)
    for name, days in (("broker", 20), ("vale-gw1", -3)):
        authority.issue(name, ("x",), now, days)
    (tmp_path / "pki" / "torn.crt").write_text("-----BEGIN CERTIFICATE-----\n")
    words = ["openssl", "x509", "-noout", "-enddate", "-in", str(tmp_path / "pki" / "vale-gw1.crt")]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip().removeprefix("notAfter=")
    found = installation.certificates(tmp_path)

    assert set(found.ends_s) == {"ca", "broker", "vale-gw1"} and found.unreadable == 1
    ends = datetime.strptime(told, "%b %d %H:%M:%S %Y GMT").replace(tzinfo=UTC)
    assert datetime.fromtimestamp(found.ends_s["vale-gw1"], UTC) == ends
    assert found.ends_s["broker"] - now.timestamp() < timedelta(days=20).total_seconds()


def test_an_installation_without_certificates_has_none(tmp_path: Path) -> None:
    """Nothing to watch is nothing wrong; something in its place that is no folder is."""
    assert installation.certificates(tmp_path) == ({}, 0)
    (tmp_path / "pki").write_text("")
    assert installation.certificates(tmp_path) == ({}, 1)


def test_the_disk_is_that_of_the_folder(tmp_path: Path) -> None:
    """As statvfs(3) has it for those without privileges; a folder that is gone has none."""
    room, told = installation.disk(tmp_path), os.statvfs(tmp_path)

    assert room is not None and room.total == told.f_blocks * told.f_frsize
    assert abs(room.free - told.f_bavail * told.f_frsize) < 1e9
    assert installation.disk(tmp_path / "gone") is None
