"""Time zones as written in mappings: IANA names, UTC, fixed offsets, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from tailings.zones import UnknownZone, nearest, parse_zone

NOON = datetime(2026, 7, 1, 12)


@pytest.mark.parametrize(
    ("text", "hours"), [("UTC", 0.0), ("UTC-06:00", -6.0), ("+0530", 5.5), ("Europe/Lisbon", 1.0), ("Etc/GMT+3", -3.0)]
)
def test_a_zone_is_read(text: str, hours: float) -> None:
    """Offsets on a summer day, as the tz database has them."""
    assert NOON.replace(tzinfo=parse_zone(text)).utcoffset() == timedelta(hours=hours)
    assert NOON.replace(tzinfo=parse_zone(text)).astimezone(UTC).hour == (12 - hours) // 1


@pytest.mark.parametrize(
    "text",
    ["", "Lisbon", "UTC+25:00", "UTC+1", "../etc/passwd", "Europe/Lissabon", "a/" * 500 + "a", "a" * 5000, "A/B\0"],
    ids=lambda text: text[:20].encode("unicode_escape").decode(),
)
def test_what_is_none_is_refused(text: str) -> None:
    """The sentence shows how a zone is written, and not all of a long text; 500 parts took the recursion limit."""
    with pytest.raises(UnknownZone, match=r"write Europe/Lisbon|longer than a day") as refused:
        parse_zone(text)

    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Lisbon", "Europe/Lisbon"),
        ("Europe/Lissabon", "Europe/Lisbon"),
        ("UTC+1", "Etc/GMT-1"),
        ("-06:00", "Etc/GMT+6"),
    ],
)
def test_the_zone_that_is_meant_is_named(text: str, meant: str) -> None:
    """A city, a slip of the pen, and an offset in the spelling of the tz database, whose sign is POSIX's."""
    assert meant in nearest(text)
    offset = NOON.replace(tzinfo=parse_zone(meant)).utcoffset()
    assert offset == timedelta(hours={"UTC+1": 1, "-06:00": -6}.get(text, 1))
