"""Makes a release of what is committed: `.venv/bin/python .ci/release.py 0.2.0`, in the folder of the project.

Version and changelog are committed and tagged; wheel and sdist are built from a clone of that commit, so that only what
is committed goes in, and stand in `dist`. Nothing is sent anywhere. When the build fails the tree is as before.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

VERSION: Final = re.compile(r"^version = \"(\d+\.\d+\.\d+)\"$", re.MULTILINE)
UNRELEASED: Final = re.compile(r"^## Unreleased\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
FIRMWARE: Final = re.compile(r"^VERSION = \"\d+\.\d+\.\d+\"$", re.MULTILINE)
PYPROJECT, CHANGELOG, DIST = Path("pyproject.toml"), Path("CHANGELOG.md"), Path("dist")
CLIENT: Final = Path("client")
"""The distribution that programs of others take to read a site; it has the version of what it reads."""
BIRTH: Final = Path("firmware/node/birth.py")
"""Where a node says its release: it is installed from the same commit as the programs."""
NPM: Final = "node_modules"


class Refused(Exception):
    """A release cannot be made so; the sentence says what to do."""


def main(version: str) -> None:
    """Make the release, or raise Refused before anything is changed."""
    check(version)
    before = git("rev-parse", "HEAD")
    of_client = CLIENT / PYPROJECT
    for project in (PYPROJECT, of_client):
        project.write_text(VERSION.sub(f'version = "{version}"', project.read_text(), count=1))
    BIRTH.write_text(FIRMWARE.sub(f'VERSION = "{version}"', BIRTH.read_text(), count=1))
    heads = rf"## Unreleased\n\n## {version} ({datetime.now(UTC).date()})\n\1"
    CHANGELOG.write_text(UNRELEASED.sub(heads, CHANGELOG.read_text(), count=1))
    try:
        changed = map(str, (PYPROJECT, of_client, CHANGELOG, BIRTH))
        git("commit", "--quiet", "--message", f"Release {version}", "--", *changed)
        files = build()
        git("tag", "--annotate", "--message", f"Tailwatch {version}", f"v{version}")
    except BaseException:
        git("reset", "--quiet", "--hard", before)
        raise
    for file in files:
        print(file)
    print(f"To publish it: git push --follow-tags, and the files of {DIST}.")


def check(version: str) -> None:
    """Raise Refused where the version is none or not newer, the tree is not clean, or there is nothing to release."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise Refused(f"{version!r} is no version; say make release VERSION=x.y.z")
    if changed := git("status", "--porcelain"):
        raise Refused(f"The tree is not clean; commit or remove what is changed:\n{changed}")
    if git("tag", "--list", f"v{version}"):
        raise Refused(f"v{version} is tagged already")
    now = VERSION.search(PYPROJECT.read_text())
    if now is None or numbers(version) <= numbers(now[1]):
        raise Refused(f"{version} is not newer than the version of {PYPROJECT}, {now and now[1]}")
    said = UNRELEASED.search(CHANGELOG.read_text())
    if said is None or not said[1].strip():
        raise Refused(f'{CHANGELOG} says nothing under "## Unreleased"')
    if not Path(NPM).is_dir():
        raise Refused("The pages' assets are not installed: ./setup.sh run brings them")


def numbers(version: str) -> list[int]:
    """A version as something that can be compared."""
    return [int(part) for part in version.split(".")]


def build() -> list[Path]:
    """Build the sdists of HEAD, and the wheels from them, by the locked setuptools; return what is in `dist`."""
    with tempfile.TemporaryDirectory(prefix="tailwatch-release-") as folder:
        clone, made = Path(folder, "tailwatch"), Path(folder, "made")
        git("clone", "--quiet", ".", str(clone))
        (clone / NPM).symlink_to(Path(NPM).resolve())
        uv = Path(sys.executable).with_name("uv")
        words = [uv, "build", "--quiet", "--no-build-isolation", "--offline", "--python", sys.executable, "-o", made]
        for project in (clone, clone / CLIENT):
            subprocess.run([*words, project], check=True, env={**os.environ, "VIRTUAL_ENV": sys.prefix})
        DIST.mkdir(exist_ok=True)
        files = sorted(path for path in made.iterdir() if path.suffix in (".whl", ".gz"))
        return [Path(shutil.copy2(path, DIST)) for path in files]


def git(*words: str) -> str:
    """What git says to these words; CalledProcessError when it refuses."""
    return subprocess.run(["git", *words], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:2] or [""])
    except Refused as reason:
        sys.exit(f"release: {reason}")
