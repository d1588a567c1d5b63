"""A study file as it is stored: the grids that it names by file stand in it, so that it is whole by itself."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Final

from tailings.estimate.gridded import MAX_CHARACTERS
from tailings.study import BadStudy

TABLE: Final = re.compile(r"\[surfaces\.(top|bottom)\][ \t]*(#.*)?")
FILE: Final = re.compile(r"file[ \t]*=[ \t]*([\"'])(?P<name>[^\"']+)\1[ \t]*(#.*)?")


def whole(path: Path) -> str:
    """Read a study file, with the text of each surface's file behind its name; raises BadStudy."""
    text = path.read_text()
    try:
        surfaces = tomllib.loads(text).get("surfaces", {})
    except tomllib.TOMLDecodeError:
        return text  # what is wrong with it is told by who reads it
    lines, table = [], ""
    for line in text.splitlines():
        lines.append(line)
        bare = line.strip()
        if bare.startswith("["):
            found = TABLE.fullmatch(bare)
            table = found[1] if found else ""
        elif table and "grid" not in surfaces[table] and (named := FILE.fullmatch(bare)):
            lines.append(f"grid = '''\n{_grid(path.parent / named['name'], table)}'''")
    return "\n".join(lines) + "\n"


def _grid(path: Path, table: str) -> str:
    try:
        if path.stat().st_size > MAX_CHARACTERS:
            raise BadStudy(
                f"surfaces.{table}: {path} has more than {MAX_CHARACTERS} bytes; cut it to the box, or thin it"
            )
        content = path.read_text()
    except OSError as error:
        raise BadStudy(f"surfaces.{table}: {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadStudy(f"surfaces.{table}: {path} is no text; write it as ESRI ASCII or x,y,z lines") from error
    if "'''" in content or "\0" in content:
        raise BadStudy(f"surfaces.{table}: {path} is no grid; write it as ESRI ASCII or x,y,z lines")
    return content
