"""Where each figure of a study comes from: to assay, sample and file, price row, assumption, level, water line.

    trace(known, "contained:W")   the figure and its steps, as codes and numbers; raises NotFound
    KnownOrigin                   what they are taken from

A figure has a name: `net`, `tonnes`, `reachable`; of an element `grade:W`; of a bench, a hole, an input `bench:...`.
"""

from .directory import NAMES, OF_RATINGS, trace
from .known import KnownOrigin

__all__ = ["NAMES", "OF_RATINGS", "KnownOrigin", "trace"]
