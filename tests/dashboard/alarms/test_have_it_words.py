"""The page behind the link "I have it" in words: the clock of then with the zone of then (IANA: Lisbon, 2026)."""

from datetime import UTC, datetime

from api.alarms.links import LinkedAlarm
from dashboard.have_it import page
from texts import load


def test_an_alarm_of_before_the_clocks_changed_has_the_zone_of_then() -> None:
    """24 October 22:30 UTC is 23:30 in summer time (WEST), though the page is opened in winter time (WET)."""
    found = LinkedAlarm(
        state="open",
        alarm=7,
        facility="vale",
        facility_name="Vale do Sino",
        timezone="Europe/Lisbon",
        recipient="Ana",
        family="dam",
        type="level",
        title="overtopping",
        detail={},
        level=1,
        began_at=datetime(2026, 10, 24, 22, 30, tzinfo=UTC),
        acknowledged_at=None,
        expires_at=datetime(2026, 10, 25, 22, 30, tzinfo=UTC),
        used_at=None,
        acknowledged_by="",
    )
    shown = page.of_link(found, "open", datetime(2026, 10, 25, 8, 30, tzinfo=UTC), load())

    assert shown["since"].startswith("since 24 Oct 23:30 WEST (10 h")
