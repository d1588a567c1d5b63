"""What the pages of packages say: the list, and one package with its citation and what catalogues read."""

from collections.abc import Sequence
from datetime import UTC, timedelta
from typing import Any, Final

from api.packages.models import Package, PackageDocument
from dashboard import pages, verdict
from dashboard.reads import Shown
from texts import Texts, say
from texts.writing import Decimals

BYTES_PER_MB: Final = 1e6
USUAL: Final = timedelta(days=365)
"""What the form proposes of a long history."""


def listed(shown: Shown, packages: Sequence[Package], texts: Texts, language: str) -> dict[str, Any]:
    """Make the list of a facility, with a form that proposes its last year up to the last whole day (UTC)."""
    facility = shown.facilities[0]
    until = shown.now.astimezone(UTC).date()
    first = min((one.first_time for one in facility.datastreams if one.first_time), default=shown.now)
    return pages.shared(shown, texts, "facilities", facility.timezone, facility) | {
        "heading": say(texts["packages"]["title"], facility=facility.name),
        "path": [(facility.name, f"/f/{facility.id}/data"), (texts["packages"]["from_data"], "")],
        "tab": "data",
        "verdict": verdict.of_facility(facility, shown.now, texts),
        "facts": [],
        "packages": packages,
        "body": {"language": language},
        "first_day": max(first.astimezone(UTC).date(), until - USUAL).isoformat(),
        "day_after": until.isoformat(),
    }


def landing(one: PackageDocument, page: str, texts: Texts) -> dict[str, Any]:
    """Make the landing page; page: its own address, with host."""
    words = texts["packages"]
    return {
        "heading": one.title,
        "one": one,
        "download": say(words["download"], size=f"{Decimals(one.bytes / BYTES_PER_MB):.2f}"),
        "licence": one.licence or say(words["no_licence"], creator=one.creator),
        "citation": say(
            words["citation"],
            creator=one.creator,
            year=str(one.known_at.year),
            title=one.title,
            version=one.version,
            address=page,
        ),
        "json_ld": (one.schema_org, one.dcat_ap),
    }
