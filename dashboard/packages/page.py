"""What the pages of packages say: the list, and one package with its citation and what catalogues read."""

from collections.abc import Sequence
from typing import Any, Final

from api.packages.models import Package, PackageDocument
from texts import Texts, say
from texts.writing import Decimals

BYTES_PER_MB: Final = 1e6


def listed(facility: str, packages: Sequence[Package], texts: Texts) -> dict[str, Any]:
    """Make the list of a facility."""
    return {
        "heading": say(texts["packages"]["title"], facility=facility),
        "facility": facility,
        "packages": packages,
        "size_mb": {one.version: Decimals(one.bytes / BYTES_PER_MB) for one in packages},
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
