"""Secrets: one private file each, read by edge_agent, ingest and api alike."""

import os
from pathlib import Path

import pytest

from runtime.secrets import read_secret
from runtime.settings import BadSettings


def written(folder: Path, content: bytes, mode: int = 0o600) -> Path:
    file = folder / "password"
    file.write_bytes(content)
    file.chmod(mode)
    return file


def test_a_private_file_gives_its_text(tmp_path: Path) -> None:
    """Without the line end that an editor leaves."""
    assert read_secret(written(tmp_path, b" Sesam \xc3\xb6ffne dich\n")) == "Sesam öffne dich"


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [
        (b"sesame", 0o644, "others may read this secret; run: chmod 600"),
        (b"sesame", 0o640, "chmod 600"),
        (b"sesame", 0o602, "chmod 600"),
        (b" \n", 0o600, "empty; write the secret there"),
        (b"sesame\xff", 0o600, "not UTF-8"),
    ],
)
def test_a_careless_secret_is_refused_with_the_fix(tmp_path: Path, content: bytes, mode: int, said: str) -> None:
    """The sentence names the file and what to do, and never shows the secret."""
    file = written(tmp_path, content, mode)
    with pytest.raises(BadSettings) as refused:
        read_secret(file)

    assert str(refused.value).startswith(f"{file}: ") and said in str(refused.value)
    assert "sesame" not in str(refused.value)


def test_a_secret_that_is_not_there_is_refused_with_the_fix(tmp_path: Path) -> None:
    """Nobody has written it yet."""
    with pytest.raises(BadSettings, match=r"nowhere: .*No such file or directory\); write it there, mode 600"):
        read_secret(tmp_path / "nowhere")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_secret_of_another_user_is_refused_with_the_fix(tmp_path: Path) -> None:
    """It is private, but not ours."""
    with pytest.raises(BadSettings, match="give it to the user that runs this program"):
        read_secret(written(tmp_path, b"sesame", 0o000))
