"""Tests of quality control, reckoned by hand."""

from tailings.laboratory.quality_control import SentSamples, control, sent

ROWS = [
    ("S1", "primary", "", 110.0, ""),
    ("S2", "primary", "", 100.0, ""),
    ("D1", "duplicate", "S1", 90.0, ""),
    ("D2", "duplicate", "S2", 100.0, ""),
    ("B1", "blank", "", 5.0, "<"),
    ("B2", "blank", "", 26.0, ""),
    ("M1", "standard", "CRM", 99.0, ""),
    ("M2", "standard", "CRM", 101.0, ""),
]


def laboratory(*without: str) -> SentSamples:
    """All rows but those of some kinds."""
    return sent(
        (name, kind, of, [{"element": "W", "mg_per_kg": value, "sign": sign}])
        for name, kind, of, value, sign in ROWS
        if kind not in without
    )


def test_blanks_duplicates_and_standards() -> None:
    """Half differences 20/200 and 0: 5 %; 26 is above five limits of 5."""
    found = control("W", laboratory(), {})

    assert (found.primary, found.blanks, found.bad_blanks, found.duplicates) == (2, 2, 1, 2)
    assert found.half_difference == 0.05


def test_what_was_not_sent_gives_no_figure() -> None:
    """No blank and no limit: nothing is claimed, and it is not enough."""
    found = control("Cu", laboratory(), {"CRM": (95.0, 1.5)})

    assert (found.primary, found.bad_blanks, found.half_difference) == (0, None, None)
    assert (found.bias, found.bad_standards) == (None, None)
    assert not found.is_enough


def test_standards_are_held_against_their_certified_value() -> None:
    """99 and 101 have a mean of 100, 5 of 95 too high; of 95 +- 1.5 the bound is 99.5, which one of them passes."""
    found = control("W", laboratory(), {"CRM": (95.0, 1.5), "another": (1.0, 1.0)})
    unknown = control("W", laboratory(), {})

    assert found.bias is not None
    assert (round(found.bias, 4), found.bad_standards) == (0.0526, 1)
    assert (unknown.bias, unknown.bad_standards, unknown.standards) == (None, None, 2)


def test_a_blank_is_held_to_the_limit_of_its_own_method() -> None:
    """Limits of 20 by XRF and 1 by ICP: 60 is good by XRF and bad by ICP, and what is below its limit is good, in any
    order of the rows. By one limit of the element, that of the last row, it was one bad blank or three."""
    rows = [
        ("S1", "primary", 20.0, "<", "XRF"),
        ("S2", "primary", 1.0, "<", "ICP"),
        ("B1", "blank", 60.0, "", "XRF"),
        ("B2", "blank", 60.0, "", "ICP"),
        ("B3", "blank", 20.0, "<", "XRF"),
    ]
    for order in (rows, rows[::-1]):
        found = control(
            "W",
            sent(
                (name, kind, "", [{"element": "W", "mg_per_kg": value, "sign": sign, "method": method}])
                for name, kind, value, sign, method in order
            ),
            {},
        )
        assert (found.blanks, found.bad_blanks) == (3, 1)


def test_one_in_twenty_of_each_kind_is_enough() -> None:
    """Two samples have two blanks, two duplicates and two standards; without the standards it is not enough."""
    assert control("W", laboratory(), {}).is_enough
    assert not control("W", laboratory("standard"), {}).is_enough
