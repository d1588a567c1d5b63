"""Limits of a permit with one fault each, in the test facility's file."""

from tests.tailings.facility.faults import Fault

PERMIT = """[[facility.permit]]
point = "river-down"
medium = "surface water"
substance = "Zn"
fraction = "dissolved"
statistic = "annual-mean"
most = 0.05
unit = "mg/L"
samples_a_year = 12
source = "Permit 44/2024, condition 3.2"
valid_from = 2024-05-01
valid_to = 2029-04-30

[agents.gw1]"""
FAULTS = {
    "permit for an unknown substance": Fault(
        "[agents.gw1]",
        PERMIT.replace('"Zn"', '"ZN"'),
        "substance =",
        "names no substance that is known",
    ),
    "permit in an unknown unit": Fault(
        "[agents.gw1]",
        PERMIT.replace('"mg/L"', '"mgl/L"'),
        "unit =",
        "no unit of Zn; did you mean 'mg/L'?",
    ),
    "permit of an unknown fraction": Fault(
        "[agents.gw1]",
        PERMIT.replace('"dissolved"', '"dissolve"'),
        "fraction =",
        "did you mean 'dissolved'?",
    ),
    "permit for an unknown water": Fault(
        "[agents.gw1]",
        PERMIT.replace("surface water", "surfacewater"),
        "medium =",
        "did you mean 'surface water'?",
    ),
    "permit for a point that is no id": Fault(
        "[agents.gw1]",
        PERMIT.replace("river-down", "River down"),
        "point =",
        "as the laboratory's table does",
    ),
    "permit by an unknown statistic": Fault(
        "[agents.gw1]",
        PERMIT.replace("annual-mean", "yearly mean"),
        "statistic",
        "is not known",
    ),
    "permit's mean without a number of samples": Fault(
        "[agents.gw1]",
        PERMIT.replace("samples_a_year = 12\n", ""),
        "[[facility.permit]]",
        "needs the number of samples a year",
    ),
    "permit of five samples a year": Fault(
        "[agents.gw1]",
        PERMIT.replace("= 12", "= 5"),
        "samples_a_year =",
        "write 1, 2, 3, 4, 6, 12 or more",
    ),
    "permit's range with one end": Fault(
        "[agents.gw1]",
        PERMIT.replace("annual-mean", "range"),
        "[[facility.permit]]",
        "a range has both ends",
    ),
    "permit that ends before it begins": Fault(
        "[agents.gw1]",
        PERMIT.replace("2029", "2019"),
        "valid_to =",
        "valid_to is before valid_from",
    ),
    "permit without its source": Fault(
        "[agents.gw1]",
        PERMIT.replace("source =", "# source ="),
        "[[facility.permit]]",
        "the key 'source' is missing",
    ),
    "two permits of one substance at a time": Fault(
        "[agents.gw1]",
        PERMIT.replace("[agents.gw1]", PERMIT.replace("valid_from = 2024", "valid_from = 2028")),
        None,
        "overlaps another limit of Zn at river-down",
    ),
}
