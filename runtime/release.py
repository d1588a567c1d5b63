"""The release of Tailwatch that runs, as its package says."""

from functools import cache
from importlib import metadata


@cache
def release() -> str:
    """Such as `0.1.0`; `0` for a program that was never installed."""
    try:
        return metadata.version("tailwatch")
    except metadata.PackageNotFoundError:
        return "0"
