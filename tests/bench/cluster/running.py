"""A real cluster for tests, in network namespaces of this machine, and the commands of the operator's page."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from bench.cluster import trial as bench_trial
from bench.cluster.network import NoNamespaces
from bench.cluster.trial import BROKERS, Trial

PAGE: Final = Path(__file__).parents[3] / "docs/operating/cluster.md"


@contextmanager
def running(brokers: Sequence[str] = BROKERS, *, workers: int = 2, has_databases: bool = False) -> Iterator[Trial]:
    """A cluster for the block, in a folder that the user of its brokers reaches; skipped where that is forbidden."""
    with (
        skipped_without_namespaces(),
        bench_trial.running(brokers, workers=workers, has_databases=has_databases) as cluster,
    ):
        yield cluster


@contextmanager
def skipped_without_namespaces() -> Iterator[None]:
    """Skip a test where network namespaces cannot be made."""
    if os.geteuid() != 0:
        pytest.skip("only root makes network namespaces")
    try:
        yield
    except NoNamespaces:
        pytest.skip("not even root may make network namespaces here")


def commands(heading: str) -> list[str]:
    """The commands of a section of the operator's page, in order."""
    _, _, section = PAGE.read_text().partition(f"## {heading}\n")
    return re.findall(r"^ *(tailwatch .*)$", section.partition("\n## ")[0], re.MULTILINE)
