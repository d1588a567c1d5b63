"""The panel of a figure's origin in words."""

from dashboard.value.origins import panel, trace
from tests.dashboard.value.origins.test_directory import known
from texts import load


def test_a_panel_says_kind_value_ground_and_where_it_goes_on() -> None:
    """The estimate leads on inside the panel; the file shows its hash; the JSON has the same name."""
    found = panel.context(trace(known(), "contained:W"), load())
    by_kind = {item.name: item for item in found["why_items"]}

    assert found["why_title"] == "W contained: where it comes from"
    assert by_kind["Estimate"].address == "/f/vale/value/why?figure=grade%3AW"
    assert by_kind["Estimate"].is_origin
    assert by_kind["File"].lines[-1] == f"SHA-256 {'a' * 64}"
    assert found["why_json"] == "/api/v1/facilities/vale/study/origin?figure=contained%3AW"
