"""The demo's study, put under the test facility: its synthetic assays, its water levels, and plans where asked for."""

import re

import psycopg

from ingest import studies
from ingest.samples import assays
from tailwatch.demo import assays as demo
from tests.tailings.study.example import COARSE, QUICK

LABEL = "drawn from a model for these tests"


def inputs(plans: str = "", unguarded: str = "", *, is_coarse: bool = False) -> str:
    """The study file with vale's piezometers; `plans` guard every bench ('"overtopping"') but one.

    is_coarse: in large panels, in half the time, for who asks for no figure of it.
    """
    text = (COARSE if is_coarse else QUICK).replace("n02:pond.level", "n01:pond.level")
    text = re.sub(r"^plans = .*$", f"plans = [{plans}]", text, flags=re.MULTILINE)
    bench = re.compile(rf'(name = "{unguarded}"\n.*\n.*\n)plans = .*')
    return bench.sub(r"\1plans = []", text) if unguarded else text


def add(connection: "psycopg.Connection[tuple[object, ...]]", facility: str, text: str) -> int:
    """Import the demo's assays for a facility and run the study; return its version."""
    assays.take(connection, facility, "demo.csv", demo.text().encode(), "system:1000", synthetic=LABEL)
    return studies.make(connection, facility, text, "system:1000")
