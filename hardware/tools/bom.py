"""The bill of materials: parts grouped by what is bought, with maker, number, cost class and alternates, as CSV.

python -m hardware.tools.bom          writes hardware/{main,instrument}/bom.csv
"""

import csv
import io
import re
import sys
from typing import Final

from hardware.tools.design import BOARDS, HARDWARE, Design, Part, read

COLUMNS: Final = (
    "references",
    "count",
    "value",
    "maker",
    "mpn",
    "footprint",
    "cost_class",
    "alternates",
    "datasheet",
    "read",
    "listed",
)


def rows(design: Design) -> list[tuple[str, ...]]:
    """One row an item, in the order of first use."""
    groups: dict[str, list[Part]] = {}
    for part in design.parts.values():
        if part.item.is_bought:
            groups.setdefault(part.item.key, []).append(part)
    found: list[tuple[str, ...]] = []
    for parts in groups.values():
        item = parts[0].item
        references = sorted((part.reference for part in parts), key=in_order)
        found.append(
            (
                " ".join(references),
                str(len(references)),
                item.value,
                item.maker,
                item.mpn,
                item.footprint.partition(":")[2],
                item.cost,
                " ".join(item.alternates),
                item.datasheet,
                item.read or "secondary",
                item.listed or "secondary",
            )
        )
    return found


def in_order(reference: str) -> tuple[str, int]:
    """R2 before R10."""
    match = re.fullmatch(r"(\D+)(\d+)", reference)
    return (match[1], int(match[2])) if match else (reference, 0)


def table(design: Design) -> str:
    """The rows as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows(design))
    return text.getvalue()


def main() -> int:
    """Writes both tables."""
    for board in BOARDS:
        (HARDWARE / board / "bom.csv").write_text(table(read(board)))
        print(f"wrote hardware/{board}/bom.csv")
    return 0


if __name__ == "__main__":
    sys.exit(main())
