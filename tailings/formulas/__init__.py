"""Formulas: how a derived value comes from raw ones. One file each; its name is what facility.toml calls it.

A formula is a module with
    a docstring whose last paragraph starts with "Source: " and says where the equation was read ("secondary: ..."
                 when the primary text was not opened)
    INPUTS       tuple of Input; the first leads, the result has its times
    RESULT       (quantity names it may give, UCUM unit of what `compute` returns)
    Parameters   msgspec Struct of what may stand under `parameters`
    CALIBRATION  type of the instrument's calibration that it needs, or None
    EXAMPLE      golden vector for the table of functions and its test
    compute(given: Given) -> Computed
and, where it needs them,
    GEOMETRY     type of an entry of the datastream's dated list `geometry` (a tailings.geometry.Dated): what a survey
                 or a zero reading fixes; how it is reckoned stays in Parameters
    DATED        names of the dated lists it counts from besides its calibration: "geometry", "tip" (of the
                 instrument), "crest", "stage_storage" (of the facility); before the first entry the result is missing
    EQUATION     the right side of the formula as one line ("crest_m - level"), of names of its inputs, parameters and
                 dated keys; or, where the line depends on the case or states numbers of its own,
    equation(given: Given) -> Equation       it for the last row; what is no line (a sum over a window) says its method
    check(given: Setting) -> str | None      a sentence when the configuration cannot work
    history_s(parameters) -> float           how much of its inputs' past a result needs
    used_from(parameters, time_ms, value) -> intp[n]
                 the first row of its leading input that each result is made of, where that is not all of history_s
    own_standard(given: Given) -> Values     standard uncertainty [RESULT unit] that the formula itself adds: what a
                 fitted model leaves over
    lost_correction(role, given: Setting) -> float | None
                 plus or minus [RESULT unit] of a result without this optional input
    independent(given: Given, standard: Values) -> Values
                 of a formula that looks at a window: standard uncertainty [RESULT unit] of each result when its leading
                 input errs at each reading anew, by `standard` [its declared unit]; without it a window errs as one
    interval(reason, value, given: Setting) -> (low, high) | None
                 what a result that the formula itself doubts says all the same [RESULT unit, float64[n] each]
Beside `compute` stands the plain function with units in its names, for people who call it directly.
"""

from tailings.formulas._contract import (
    PACKAGE,
    Computed,
    Example,
    FormulaDoubt,
    Given,
    Input,
    NoParameters,
    Setting,
    get,
    inputs_of,
    names,
)
from tailings.formulas._dated import facts_at, lists_of, names_of, stretches
from tailings.formulas._equation import Equation, Number, between, equation_of, last, names_in, unit_of, work_out
from tailings.formulas._evaluation import (
    Derived,
    evaluate,
    evaluate_at,
    history_s,
    independent_at,
    is_windowed,
    lost_correction,
    own_standard_at,
    setting_of,
    used_from,
)
from tailings.formulas._explanation import Explanation, UsedInput, explain
from tailings.formulas._order import order

__all__ = [
    "PACKAGE",
    "Computed",
    "Derived",
    "Equation",
    "Example",
    "Explanation",
    "FormulaDoubt",
    "Given",
    "Input",
    "NoParameters",
    "Number",
    "Setting",
    "UsedInput",
    "between",
    "equation_of",
    "evaluate",
    "evaluate_at",
    "explain",
    "facts_at",
    "get",
    "history_s",
    "independent_at",
    "inputs_of",
    "is_windowed",
    "last",
    "lists_of",
    "lost_correction",
    "names",
    "names_in",
    "names_of",
    "order",
    "own_standard_at",
    "setting_of",
    "stretches",
    "unit_of",
    "used_from",
    "work_out",
]
