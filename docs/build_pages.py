"""`make docs`: the documents as pages that are read without internet, a folder a release, in build/docs."""

import subprocess
import sys
from html import escape
from pathlib import Path
from typing import Final

from packaging.version import Version

from runtime.release import release

HERE: Final = Path(__file__).parent
BUILT: Final = HERE.parent / "build" / "docs"
INDEX: Final = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Tailwatch: documents</title></head>
<body><h1>Tailwatch: documents</h1><ul>{releases}</ul></body></html>
"""


def build(to: Path = BUILT) -> Path:
    """Build the pages of this release beside those of others; a warning is an error. Return their folder."""
    folder = to / release()
    words = ["-m", "sphinx", "-q", "-W", "--keep-going", "-E", "-b", "html", "-d", str(to / ".read"), str(HERE)]
    subprocess.run([sys.executable, *words, str(folder)], check=True)
    releases = sorted((one.parent.name for one in to.glob("*/index.html")), key=Version, reverse=True)
    rows = "".join(f'<li><a href="{escape(one)}/index.html">{escape(one)}</a></li>' for one in releases)
    (to / "index.html").write_text(INDEX.format(releases=rows))
    return folder


if __name__ == "__main__":
    print(f"file://{build()}/index.html")
