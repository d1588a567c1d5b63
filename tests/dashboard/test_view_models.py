"""What a row says of itself."""

from dataclasses import replace

import texts
from dashboard import view_models

from .examples import datastream, facility, node

EN = texts.load()


def test_a_datastream_is_called_by_node_instrument_and_quantity() -> None:
    """The label at a line's end is 'n07 vw1'; a sentence adds the quantity."""
    row = datastream("n07:vw1.level", "water-level", 330.0)

    assert row.short == "n07 vw1"
    assert row.words(EN) == "n07 vw1 water level"


def test_a_quantity_without_a_short_word_has_its_title() -> None:
    """Turbidity's title is in tailings.quantities; an unknown one is its own name."""
    assert view_models.quantity_words("turbidity", EN) == "Turbidity"
    assert view_models.quantity_words("no-such-thing", EN) == "No such thing"


def test_the_last_time_of_a_facility_is_the_newest() -> None:
    """Datastreams never measured do not count."""
    streams = [
        datastream("n07:vw1.level", "water-level", 330.0, 60),
        datastream("n02:vw1.level", "water-level", None, None),
    ]

    assert facility(streams, [node("n07")]).last_time == streams[0].time
    assert facility([], []).last_time is None


def test_an_instrument_is_called_by_the_name_that_is_painted_on_it() -> None:
    """Name and place first, the code second; in a drawing the name alone; without a name the code."""
    plain = datastream("n07:vw1.level", "water-level", 330.0)
    named = replace(plain, title="Piezometer P-07", place="berm B")

    assert named.words(EN) == "Piezometer P-07, berm B (n07 vw1) water level"
    assert replace(named, place="").words(EN) == "Piezometer P-07 (n07 vw1) water level"
    assert (named.short, plain.short, plain.words(EN)) == ("Piezometer P-07", "n07 vw1", "n07 vw1 water level")
