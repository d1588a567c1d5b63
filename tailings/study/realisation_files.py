"""The realisations of a study as files: a row for each panel of each realisation, with the grades of all elements.

GSLIB's text form (Geo-EAS): a title, how many columns, a line for the name of each, then numbers with blanks between.
Rows run as GSLIB's grids do: x fastest, then y, then z, then the realisation. Source: Deutsch and Journel, GSLIB, 2nd
ed., 2.1.1 (secondary). Parquet holds the same, a group of rows for each realisation, with what it is in its metadata.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final, Literal

import msgspec
import numpy as np
from msgspec import Struct

from tailings.estimate.realisations import Single
from tailings.series import Values
from tailings.study.tables import KEY, Label

Form = Literal["parquet", "gslib"]
MEDIA: Final[dict[Form, str]] = {"parquet": "application/vnd.apache.parquet", "gslib": "text/plain; charset=utf-8"}
ENDINGS: Final[dict[Form, str]] = {"parquet": "parquet", "gslib": "dat"}
DIGITS: Final = 7
"""Of a number: grades are kept in single precision."""
PLACE: Final = ("realisation", "chainage_m", "offset_m", "elevation_m", "volume_m3")


class Realisations(Struct, frozen=True):
    """Grades [mg/kg] of the panels in each realisation (realisations, panels), by element; middles of the panels (n, 3)
    [m], and the volume of each at the P50 of all (n,) [m3]."""

    elements: tuple[str, ...]
    panels: Values
    volume_m3: Values
    blocks: tuple[Single, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Columns of a file."""
        return (*PLACE, *(f"{element}_mg_per_kg" for element in self.elements))

    def tables(self) -> Iterator[Values]:
        """The rows of each realisation (panels, columns), which are never whole in memory together."""
        order = np.lexsort(self.panels.T)
        volume = self.volume_m3[order, None]
        for number in range(len(self.blocks[0])):
            grades = np.stack([blocks[number, order] for blocks in self.blocks], axis=1)
            yield np.concatenate([np.full_like(volume, number + 1), self.panels[order], volume, grades], axis=1)


class RealisationLabel(Struct, frozen=True):
    """What a file says of its realisations."""

    study: Label
    seed: int
    synthetic: str
    crs: str = "frame of the nodes of the facility file: chainage along the crest, offset from it, elevation"
    unit: str = "m, m3, mg/kg"

    @property
    def title(self) -> str:
        """In one line."""
        of = self.study
        said = (
            f"Tailwatch {of.facility} study {of.version}; seed {self.seed}; {self.unit}; {self.crs}; inputs "
            f"{of.inputs_sha256}; samples {of.samples_sha256}"
        )
        return " ".join(f"{said}; synthetic: {self.synthetic}".split() if self.synthetic else said.split())


def write(form: Form, of: Realisations, label: RealisationLabel, file: BinaryIO) -> None:
    """Write a file; the same study gives the same bytes."""
    (_parquet if form == "parquet" else _gslib)(of, label, file)


def _gslib(of: Realisations, label: RealisationLabel, file: BinaryIO) -> None:
    file.write("\n".join([label.title, str(len(of.names)), *of.names, ""]).encode())
    for table in of.tables():
        np.savetxt(file, table, fmt=["%d", *[f"%.{DIGITS}g"] * (table.shape[1] - 1)])


def _parquet(of: Realisations, label: RealisationLabel, file: BinaryIO) -> None:
    import pyarrow as pa
    import pyarrow.parquet

    kinds = [pa.int32(), *[pa.float64()] * (len(PLACE) - 1), *[pa.float32()] * len(of.elements)]
    schema = pa.schema(list(zip(of.names, kinds, strict=True)), {KEY: msgspec.json.encode(label)})
    with pyarrow.parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for table in of.tables():
            columns = [pa.array(column).cast(kind) for column, kind in zip(table.T, kinds, strict=True)]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
