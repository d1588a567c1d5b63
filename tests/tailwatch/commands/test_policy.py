"""`tailwatch policy verify`: a dossier without a server, one that was changed, and one under another seal."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from api.policy import dossier
from api.statements import seal, sealed_archive
from tailwatch import seals
from tailwatch.__main__ import app
from tests.api.policy.test_dossier import moments


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A dossier under a seal."""
    seals.made_once(tmp_path / "seal.pem")
    data = msgspec.json.encode(dossier.data(moments()))
    (tmp_path / "plan.zip").write_bytes(sealed_archive.archive({dossier.DATA: data}, seal.read(tmp_path / "seal.pem")))
    return tmp_path / "plan.zip"


def test_a_whole_one_passes_and_names_its_seal(file: Path) -> None:
    """Exit code 0, also where the certificate is asked for; another one than is asked for is a finding."""
    result = CliRunner().invoke(app, ["policy", "verify", str(file)])
    own = json.loads(CliRunner().invoke(app, ["policy", "verify", str(file), "--json"]).stdout)["certificate"]
    codes = [
        CliRunner().invoke(app, ["policy", "verify", str(file), "--certificate", one]).exit_code
        for one in (own, "0" * 64)
    ]

    assert result.exit_code == 0 and "all as its rows say" in result.stdout and own in result.stdout
    assert codes == [0, 1]


def test_a_changed_byte_is_a_finding(file: Path, tmp_path: Path) -> None:
    """Exit code 1 and a sentence with the file; what is no dossier is refused."""
    content = bytearray(file.read_bytes())
    at = content.index(b"manifest.json")  # the name in the file's own head: the table at the end still has the true one
    content[at] = ord("M")
    file.write_bytes(content)
    (tmp_path / "none.zip").write_bytes(b"none")
    broken = CliRunner().invoke(app, ["policy", "verify", str(file)])
    refused = CliRunner().invoke(app, ["policy", "verify", str(tmp_path / "none.zip")])

    assert broken.exit_code != 0 and refused.exit_code == 2
    assert "no dossier" in refused.stderr


def test_what_differs_is_named(file: Path) -> None:
    """A value that its rows do not give."""
    data = dossier.data(moments())
    after = msgspec.structs.replace(data.after.evaluations[0], value=1.0)
    spoilt = msgspec.structs.replace(data, after=msgspec.structs.replace(data.after, evaluations=(after,)))
    file.write_bytes(sealed_archive.archive({dossier.DATA: msgspec.json.encode(spoilt)}, None))
    result = CliRunner().invoke(app, ["policy", "verify", str(file)])

    assert result.exit_code == 1 and "after people_at_risk: stored is (1.0, 107.0" in result.stdout
    assert "not signed" in result.stdout
