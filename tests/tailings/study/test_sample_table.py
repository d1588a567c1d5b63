"""Tests of the table of samples."""

from tailings.study import sample_table
from tailings.study.sample_table import SampleRow

TUNGSTEN = {
    "element": "W",
    "substance": "WO3",
    "unit": "%",
    "method": "XRF",
    "printed": "0.15",
    "sign": "",
    "mg_per_kg": 1189.5,
}
TIN = TUNGSTEN | {"element": "Sn", "substance": "Sn", "unit": "ppm", "printed": "<5", "sign": "<", "mg_per_kg": 5.0}
PLACE = ("DH-1", 10.0, -40.0, 339.5, 0.0, 1.5, "sand", None)
FROM = ("lab.csv", 2, "a" * 64, "")


def row(name: str, assays: list[dict[str, object]]) -> SampleRow:
    """A primary sample with these results."""
    return SampleRow(name, 1, "primary", "", *PLACE, 1.86, 0.21, 2.4, assays, *FROM)


def test_each_result_is_a_row_as_printed_and_as_understood() -> None:
    """Two results of one sample, with its place and its file beside each; a limit keeps its sign."""
    found = sample_table.columns([row("S1", [TUNGSTEN, TIN])])

    assert [found[name] for name in ("sample", "element", "substance", "printed", "sign", "mg_per_kg")] == [
        ["S1", "S1"],
        ["W", "Sn"],
        ["WO3", "Sn"],
        ["0.15", "<5"],
        ["", "<"],
        [1189.5, 5.0],
    ]
    assert found["file_sha256"] == ["a" * 64] * 2


def test_a_sample_that_was_only_weighed_has_one_row_without_a_result() -> None:
    """Its density stands there; what was not measured is empty, not zero."""
    found = sample_table.columns([row("S1", [])])

    assert [found[name] for name in ("bulk_t_m3", "element", "mg_per_kg")] == [[1.86], [None], [None]]
