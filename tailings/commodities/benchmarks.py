"""The benchmarks of the Union for 2030, from the file that names the regulation and its articles."""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache
from typing import Literal

import msgspec
from msgspec import Struct

from tailings.commodities.elements import DATA


class Benchmark(Struct, frozen=True, forbid_unknown_fields=True):
    """A share of the Union's annual consumption of strategic raw materials, and where the regulation has it."""

    kind: Literal["extraction", "processing", "recycling"]
    share: float
    ref: str


class Benchmarks(Struct, frozen=True, forbid_unknown_fields=True):
    """All of one version of the regulation."""

    version: str
    dated: dt.date
    source: str
    year: int
    benchmark: tuple[Benchmark, ...]


@cache
def benchmarks() -> Benchmarks:
    """The benchmarks that are in force as far as they were read."""
    return msgspec.convert(tomllib.loads((DATA / "benchmarks.toml").read_text()), Benchmarks)
