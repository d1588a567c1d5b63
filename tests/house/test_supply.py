"""What comes from others is locked: each package by version and hash, and none of them runs anything at set-up."""

import json
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOCKS = sorted(ROOT.glob("requirements*.lock"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_each_python_package_is_locked_with_its_hash(lock: pathlib.Path) -> None:
    """One exact version, at least one SHA-256, and no address that a package could be taken from instead."""
    entries = re.split(r"\n(?=\S)", lock.read_text().strip())
    loose = [entry.split()[0] for entry in entries if not re.match(r"[\w.\[\]-]+==\S+", entry)]
    unhashed = [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]

    assert entries and (loose, unhashed) == ([], [])
    assert "://" not in lock.read_text()


def test_each_npm_package_is_locked_with_its_hash() -> None:
    """SHA-512 for each, no address."""
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    packages.pop("")

    assert packages and [name for name, one in packages.items() if not one["integrity"].startswith("sha512-")] == []
    assert [name for name, one in packages.items() if "resolved" in one] == []


def test_npm_packages_are_named_by_exact_version() -> None:
    """And what only tests and linters need is left out of a machine that only runs."""
    package = json.loads((ROOT / "package.json").read_text())
    versions = [*package["dependencies"].values(), *package["devDependencies"].values()]

    assert [version for version in versions if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    assert {"eslint", "stylelint", "axe-core", "pyright"} <= set(package["devDependencies"])
    assert 'if [ "$purpose" = run ]' in (ROOT / "setup.sh").read_text().partition("--omit=dev")[0].splitlines()[-1]


def test_set_up_asks_for_hashes_and_runs_no_scripts() -> None:
    """Every install of set-up says so, but for our own code."""
    lines = (ROOT / "setup.sh").read_text().splitlines()
    python = [line for line in lines if re.search(r"pip (install|sync)", line) and not line.endswith("--editable .")]
    node = [line for line in lines if re.search(r"\bnpm (ci|install)\b", line) and "say" not in line]

    assert python and node
    assert [line for line in python if "--require-hashes" not in line] == []
    assert [line for line in node if "--ignore-scripts" not in line] == []
