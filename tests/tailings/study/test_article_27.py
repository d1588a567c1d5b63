"""The Article 27 record: what is asked equals the reference pack, and each field is filled from the study."""

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from tailings.study import article_27, net_values
from tailings.study.article_27 import Place
from tests.tailings.study.example import result

PLACE = Place("demo", "Demo dam", -7.1, 40.3, "Operator", "PT16")
REFERENCE = Path(__file__).resolve().parents[4] / "shared" / "data" / "reference" / "crma_lists.toml"


def record(extent_m2: float | None = 72_000.0) -> article_27.Record:
    """The demo's record."""
    study = msgspec.structs.replace(result(), extent_m2=extent_m2)
    return article_27.record(PLACE, study, net_values(study, {}))


@pytest.mark.shared_data
def test_every_field_is_asked_where_the_reference_says() -> None:
    """The paragraphs named are among those read in the Official Journal's text, and the due date is theirs."""
    rows = tomllib.loads(REFERENCE.read_text())["article_27"]
    known = {row["ref"] for row in rows}
    named = {ref.removeprefix("Art. ") for one in article_27.rules().field for ref in one.ref.split(", ")}

    assert {"Art. " + re.sub(r"\([abc]\)$", "", ref) for ref in named} <= known
    assert str(article_27.rules().due) == next(row["date"] for row in rows if row["ref"] == "Art. 27(3)")


def test_a_record_is_complete_where_study_and_facility_file_say_everything() -> None:
    """Contained copper at the middle is volume x density x grade, reckoned here again."""
    fields = {one.name: one.content for one in record().fields}
    case = result().case
    copper = next(one for one in case.commodities if one.element == "Cu")

    assert record().missing == ()
    assert fields["quantities"]["contained_tonnes"]["Cu"]["p50"] == pytest.approx(
        case.volume.mid * case.density.mid * copper.grade.mid / 1e6, rel=0.02
    )
    assert fields["concentrations"]["Cu"]["p50"] == copper.grade.mid
    assert any("ordinary kriging" in line for line in fields["methods"])
    assert record().synthetic


def test_what_nobody_says_is_missing_and_named() -> None:
    """Without a study only the place is there; without an extent that alone is missing."""
    assert article_27.record(PLACE, None, None).missing == (
        "extent", "volume", "quantities", "concentrations", "recoverability", "methods", "unfc",
    )  # fmt: skip
    assert record(None).missing == ("extent",)


def test_a_feature_has_its_point_in_the_order_of_geojson() -> None:
    """RFC 7946: longitude first; a record without a place has no geometry."""
    nowhere = article_27.record(msgspec.structs.replace(PLACE, longitude=None), None, None)

    assert article_27.geojson(record())["geometry"] == {"type": "Point", "coordinates": [-7.1, 40.3]}
    assert article_27.geojson(nowhere)["geometry"] is None
