"""The documents as a site that is read without internet: `make docs` builds it into build/docs, a folder a release."""

import re
from pathlib import Path

from sphinx.application import Sphinx

from runtime.release import release as release_of_tailwatch

HERE = Path(__file__).parent
project = "Tailwatch"
author = "The Tailwatch authors"
project_copyright = "the Tailwatch authors, CC-BY-4.0"
release = version = release_of_tailwatch()
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["attrs_inline"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = f"Tailwatch {release}"
html_show_sphinx = html_show_sourcelink = html_copy_source = False
LINK = re.compile(r"(?<!!)\[([^\]\[]+)\]\((?!https?:|#)([^)#]+)(#[^)]*)?\)")


def name_sources(app: Sphinx, document: str, source: list[str]) -> None:
    """Write a link into the sources, which the site has not with it, as the path of the file there."""
    folder = (HERE / document).parent

    def written(found: re.Match[str]) -> str:
        words, target = found[1], (folder / found[2]).resolve()
        if target.is_relative_to(HERE):
            return words if target.is_dir() else found[0]
        path = f"`{target.relative_to(HERE.parent).as_posix()}`"
        return path if words.strip("`").rstrip("/") in path else f"{words} ({path})"

    source[0] = LINK.sub(written, source[0])


def setup(app: Sphinx) -> dict[str, bool]:
    """Hear of each document before it is read."""
    app.connect("source-read", name_sources)
    return {"parallel_read_safe": True}
