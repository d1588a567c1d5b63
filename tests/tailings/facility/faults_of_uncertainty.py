"""Budgets of uncertainty with one fault each, in the test facility's file."""

from tests.tailings.facility.faults import Fault

BUDGET = """
[[instruments."n01:baro".uncertainty]]
valid_from = 2024-06-12
source = "certificate 24-117"
terms = [
  { quantity = "barometric-pressure", kind = "calibration", value = 0.6, unit = "hPa", coverage_factor = 2 },
]

[datastreams."n01:baro.pressure"]"""


def fault(old: str, new: str, line: str, message: str) -> Fault:
    """The budget with one thing changed."""
    return Fault('\n[datastreams."n01:baro.pressure"]', BUDGET.replace(old, new), line, message)


FAULTS = {
    "budget of a quantity that is not measured": fault(
        "barometric-pressure", "barometric-presure", "{ quantity", "did you mean 'barometric-pressure'?"
    ),
    "budget in a unit of another quantity": fault('"hPa"', '"m"', "{ quantity", "m is no unit of barometric-pressure"),
    "budget in an unknown unit": fault('"hPa"', '"hpa"', "{ quantity", "unit 'hpa' is not known"),
    "budget with a figure and a share": fault(
        "value = 0.6", "value = 0.6, percent = 1.0", "{ quantity", "give either value with its unit, or percent"
    ),
    "budget without a unit": fault(', unit = "hPa"', "", "{ quantity", "value and unit belong together"),
    "budget with a factor of a step": fault(
        'kind = "calibration"', 'kind = "resolution"', "{ quantity", "a resolution is a step and has no coverage_factor"
    ),
    "budget without a day": fault("valid_from = 2024-06-12\n", "", "uncertainty", "the budget has no date"),
    "budget with a term twice": fault(
        "coverage_factor = 2 },",
        'coverage_factor = 2 },\n  { quantity = "barometric-pressure", kind = "calibration", percent = 1.0 },',
        "terms",
        "barometric-pressure has 2 terms of kind calibration",
    ),
    "budget without its list": fault(
        '[[instruments."n01:baro".uncertainty]]',
        '[instruments."n01:baro".uncertainty]',
        "uncertainty",
        "with double brackets",
    ),
}
