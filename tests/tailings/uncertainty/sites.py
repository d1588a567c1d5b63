"""Facilities of one derived datastream, made of the example that its formula carries."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import replace

from tailings import Series, formulas
from tailings.facility import Facility
from tailings.facility.model import Datastream, Instrument
from tailings.facility.uncertainties import UncertaintyBudget, UncertaintyTerm
from tailings.formulas._example_site import SITE
from tests.tailings.formulas.examples import NEW_YEAR_MS, dated_of

RESULT = "n01:own.result"
SINCE = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


def site_of(name: str, budgets: Mapping[str, UncertaintyTerm]) -> Facility:
    """A facility with the result of a formula's example, each input an instrument of its own with one term."""
    formula = formulas.get(name)
    dated = dated_of(name, formula.EXAMPLE.dated)
    declared = formulas.inputs_of(formula, formula.EXAMPLE.inputs)
    datastreams, instruments = {}, {}
    for role, kind in declared.items():
        instrument = f"n01:{role.replace('_', '-')}"
        source = f"{instrument}.value"
        datastreams[source] = Datastream(source, "n01", instrument, role, kind.unit, expected_interval_s=3600.0)
        budget = UncertaintyBudget(valid_from=SINCE, terms=(budgets[role],)) if role in budgets else None
        instruments[instrument] = Instrument(instrument, "n01", "virtual", uncertainty=(budget,) if budget else ())
    result = Datastream(
        name=RESULT,
        node="n01",
        instrument="n01:own",
        quantity=formula.RESULT[0][0],
        unit=formula.RESULT[1],
        expected_interval_s=3600.0,
        formula=name,
        inputs={role: f"n01:{role.replace('_', '-')}.value" for role in declared},
        parameters=msgspec.convert(dict(formula.EXAMPLE.parameters), formula.Parameters),
        geometry=tuple(entry for key, entry in dated.items() if key == "geometry"),
    )
    own = Instrument(
        "n01:own",
        "n01",
        "virtual",
        calibrations=tuple(entry for key, entry in dated.items() if key == "calibration"),
        geometry=tuple(entry for key, entry in dated.items() if key == "tip"),
    )
    return replace(
        formula.EXAMPLE.facility or SITE,
        datastreams={**datastreams, RESULT: result},
        instruments={**instruments, own.name: own},
        geometry=tuple(entry for key, entry in dated.items() if key == "crest"),
        stage_storage=tuple(entry for key, entry in dated.items() if key == "stage_storage"),
        derived_order=(RESULT,),
    )


def rows_of(facility: Facility, inputs: Mapping[str, Any], step_ms: int = 3_600_000) -> dict[str, Series]:
    """Series of the inputs by datastream, an hour apart, and that of the result."""
    names = facility.datastreams[RESULT].inputs
    given = {
        role: Series.of(NEW_YEAR_MS + np.arange(np.size(value)) * step_ms, np.atleast_1d(value))
        for role, value in inputs.items()
    }
    result = formulas.evaluate(facility.datastreams[RESULT], given, facility).series
    return {**{names[role]: series for role, series in given.items()}, RESULT: result}
