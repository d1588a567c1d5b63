"""Observations of a Tailwatch site: series into pandas, xarray or polars, a copy proved equal, and explanations.

    from tailwatch_client import Site

    level = Site("https://tailwatch.example").series("vale:n07:vw1.level", "2026-05").to_pandas()

What a facility has made public needs no key; for the rest the key stands in the environment (TAILWATCH_KEY) or in a
file that only you can read.
"""

from tailwatch_client.connection import (
    BadAnswer,
    ClientError,
    KeyNotSafe,
    LeftTheDatabase,
    NotAllowed,
    NotFound,
    Refused,
    SiteAway,
)
from tailwatch_client.explanation import ChangedCalibration, DifferingValue, Explanation, Revision
from tailwatch_client.extras import MissingExtra
from tailwatch_client.mirror import Difference, Mirror, MirrorDiffers, MirrorOfOther, Proof
from tailwatch_client.rows import Rows
from tailwatch_client.series import Series
from tailwatch_client.site import Site

__all__ = [
    "BadAnswer",
    "ChangedCalibration",
    "ClientError",
    "Difference",
    "DifferingValue",
    "Explanation",
    "KeyNotSafe",
    "LeftTheDatabase",
    "Mirror",
    "MirrorDiffers",
    "MirrorOfOther",
    "MissingExtra",
    "NotAllowed",
    "NotFound",
    "Proof",
    "Refused",
    "Revision",
    "Rows",
    "Series",
    "Site",
    "SiteAway",
]
