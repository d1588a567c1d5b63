"""Which result counts of several: as laboratories print them, by the rule that docs/operating/value.md states."""

import pytest

from tailings.laboratory import by_element, read_assays, read_table
from tailings.laboratory.quality_control import sent

HEADING = "sample,hole,chainage_m,offset_m,collar_m,from_m,to_m,Cu ppm [ICP],Cu % [AAS],Cu % [XRF]"


def assays(icp: str, aas: str, xrf: str) -> list[dict[str, object]]:
    (one,) = read_assays(read_table(f"{HEADING}\nS1,DH-1,10,-40,339.5,0,1.5,{icp},{aas},{xrf}".encode())).samples
    return [{name: getattr(assay, name) for name in ("element", "sign", "mg_per_kg", "method")} for assay in one.assays]


@pytest.mark.parametrize(
    ("printed", "method", "mg_per_kg"),
    [
        ((">10000", "1.52", "1.61"), "AAS", 15_200),
        (("9100", ">1", ""), "ICP", 9_100),
        (("9100", "0.93", "0.95"), "ICP", 9_100),
        (("", "", "0.95"), "XRF", 9_500),
        (("<2", "<0.001", "0.0004"), "XRF", 4),
        (("<2", "<0.001", ""), "ICP", 2),
        ((">10000", ">1.5", ""), "AAS", 15_000),
        ((">10000", "", "<5"), "ICP", 10_000),
    ],
)
def test_a_number_beats_a_limit_and_the_first_number_counts(
    printed: tuple[str, str, str], method: str, mg_per_kg: float
) -> None:
    """The over-limit method in place of >10000, the lower detection limit of two, else the order of the columns."""
    found = by_element(assays(*printed))["Cu"]

    assert (found["method"], found["mg_per_kg"]) == (method, pytest.approx(mg_per_kg))


def test_without_a_result_there_is_none() -> None:
    """No column with a number or a limit is no result of the element, and no zero."""
    assert by_element([{"element": "Cu", "sign": "", "mg_per_kg": None}]) == {}


def test_quality_control_takes_the_same_result() -> None:
    """A duplicate is compared by what the estimate uses, not by the last column."""
    found = sent([("S1", "primary", "", assays(">10000", "1.52", "1.61"))])

    assert found.results == {"S1": {"Cu": pytest.approx(15_200)}}
