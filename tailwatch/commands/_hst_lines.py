"""A fitted HST model as lines of a facility file, with what is known of it in comments."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from tailings.facility import Facility
from tailings.hydrostatic_season_time import CannotFit, HstFit, HstModel

SOURCE: Final = "least squares on daily means by tailwatch facility fit"
REFUSALS: Final = {
    "too-few-days": "only {value:.0f} days have a mean of each datastream; a model needs 60",
    "pond-still": "the pond moved by {value:.2f} m only; a model needs 0.1 m",
    "level-still": "the level is the same on all days: look at the instrument",
    "terms-alike": "the terms cannot be told apart (condition {value:.1e}): fit fewer powers (--degree), leave the "
    "rain out, or take a longer time",
    "days-alike": "what is left over changes so slowly that all days are worth {value:.1f} independent ones, fewer "
    "than the model has terms: fit fewer powers (--degree) or take a longer time",
}


def refusal(error: CannotFit) -> str:
    """Why there is no model, and what to do."""
    return REFUSALS[error.reason].format(value=error.value)


def lines(facility: Facility, name: str, inputs: Mapping[str, str], found: HstFit) -> list[str]:
    """The entry of a model, after the datastream itself where the stored file does not have it."""
    model = found.model
    head = [
        f"# {model.days} days, worth {model.independent_days:.0f} independent ones (autocorrelation "
        f"{found.autocorrelation:.2f} of what is left over)",
        f"# r2 {model.r2:.3f}, residual {model.residual_sd_m:.3f} m (standard deviation)",
        *(f"# {term}: {value:.4g} +- {error:.2g}" for term, value, error in _terms(found)),
    ]
    if not model.season_m:
        head.append("# less than a year: no season and no trend")
    known = facility.datastreams.get(name)
    own = [] if known is not None and known.formula == "hst_residual" and known.inputs == inputs else _own(name, inputs)
    return [*head, *own, *_entry(name, model)]


def _own(name: str, inputs: Mapping[str, str]) -> list[str]:
    given = ", ".join(f'{role} = "{source}"' for role, source in inputs.items())
    return [
        f'[datastreams."{name}"]',
        'quantity = "level-residual"',
        'unit = "m"',
        'formula = "hst_residual"',
        f"inputs = {{ {given} }}",
    ]


def _entry(name: str, model: HstModel) -> list[str]:
    stated = msgspec.structs.asdict(model) | {"source": SOURCE}
    keys = [key for key in model.__struct_fields__ if stated[key] not in (None, ())]
    keys.sort(key=lambda key: key not in ("valid_from", "source"))
    return [f'[[datastreams."{name}".geometry]]', *(f"{key} = {_toml(stated[key])}" for key in keys)]


def _toml(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, float):
        return repr(float(f"{value:.8g}"))
    return f'"{value}"' if isinstance(value, str) else str(value)


def _terms(found: HstFit) -> list[tuple[str, float, float]]:
    terms = found.model.terms
    names = ["constant [m]", *(f"pond^{power} [m]" for power in range(1, terms.degree + 1))]
    names += [f"{wave} {cycle} a year [m]" for cycle in range(1, terms.harmonics + 1) for wave in ("cos", "sin")]
    names += ["trend [m a year]"] * terms.has_trend + ["rain [m a mm]"] * terms.has_rain
    return list(zip(names, found.model.coefficients.tolist(), found.errors.tolist(), strict=True))
