"""Where each figure of the value page comes from: to assay, sample and file, price row, assumption, level, water line.

    trace(known, "contained:W")   the figure and its steps, as the api and the panel show it; raises NotFound
    known.Known                   what they are taken from

A figure has a name: `net`, `tonnes`, `reachable`; of an element `grade:W`; of a bench, a hole, an input `bench:...`.
"""

from dashboard.value.origins.directory import NAMES, OF_RATINGS, OF_SAMPLES, trace

from .known import KnownFacility

__all__ = ["NAMES", "OF_RATINGS", "OF_SAMPLES", "KnownFacility", "trace"]
