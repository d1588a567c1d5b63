"""The build book: tables, drawings and part pages, made of the boards, of bring_up.toml and of enclosure.toml.

    python -m hardware.tools.book          writes hardware/book and the drawings of hardware/enclosure

Standard library only and no KiCad: after boards, parts or steps have changed this one command brings all up to date.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from hardware.tools import bom, design, enclosure, enclosure_view, parts_page

BOOK: Final = design.HARDWARE / "book"
PAGE: Final = BOOK / "README.md"
SECTION: Final = "<!-- {name}: written by python -m hardware.tools.book -->\n\n{body}\n\n<!-- end of {name} -->"
ORDER: Final = (
    ("resistors, capacitors and diodes of 0603 to 1206", ("R_", "C_", "LED_", "D_SOD", "D_MiniMELF")),
    ("integrated circuits and transistors", ("SOT", "SOIC", "SO:", "SON", "MSOP", "TSSOP", "VSSOP", "QFN")),
    ("larger diodes, fuses, coils", ("D_SM", "Fuse", "L_", "Inductor")),
    ("gas tubes", ("GDT",)),
    ("the module", ("ESP32",)),
    ("socket, buttons, holder of the cell", ("USB", "SW_", "Battery")),
    ("headers and terminals", ("Header", "Terminal")),
)
"""What is soldered one after the other: the low before the high, the hot before what does not bear heat."""


class NotInOrder(Exception):
    """A footprint has no place in the order of assembly."""


def plan() -> dict[str, Any]:
    """The bring-up, as it stands."""
    return tomllib.loads((design.HARDWARE / "bring_up.toml").read_text())


def bill(board: str) -> str:
    """The bill of materials of a board as a table."""
    lines = ["| number | value | maker's number | cost | alternates | references |", "|-|-|-|-|-|-|"]
    for row in bom.rows(design.read(board)):
        said = dict(zip(bom.COLUMNS, row, strict=True))
        number = f"{said['maker']} {said['mpn']}"
        cells = (
            said["count"],
            said["value"],
            number,
            said["cost_class"],
            said["alternates"] or "none",
            said["references"],
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def box_bill() -> str:
    """What is bought beside the boards."""
    said = enclosure.read()
    holes = [one for one in enclosure.holes(said) if one.name != "strap"]
    lines = ["| number | thing | basis |", "|-|-|-|"]
    lines.append(
        f"| 1 | box {said['box']['maker']} {said['box']['part']}, {said['box']['rating']} | {said['box']['basis']} |"
    )
    lines.append(f"| 1 | {said['plate']['part']} | {said['plate']['basis']} |")
    lines.append(f"| {len(holes)} | stand-off {said['stand_off']['part']} | our choice |")
    for size, one in said["sizes"].items():
        held = [gland["name"] for gland in said["glands"] if gland["size"] == size and gland["cable"]]
        low, high = one["clamps"]
        lines.append(
            f"| {len(held)} | gland {size} for cables of {low:g} to {high:g} mm: {', '.join(held)} | {one['source']} |"
        )
    lines.append("| 1 | M12 plug that balances pressure | our choice |")
    lines.append(f"| 1 | {said['battery']['part']} | {said['battery']['basis']} |")
    low, high = said["pole"]["diameter"]
    lines.append(f"| {said['pole']['bands']} | stainless bands for a pole of {low} to {high} mm | our choice |")
    lines.append("| 1 | flat cable of 20 ways with two sockets, 150 mm | our choice |")
    return "\n".join(lines)


def assembly(board: str) -> str:
    """The order of soldering, with the references of each step."""
    left = {ref: part for ref, part in design.read(board).parts.items() if part.item.is_bought}
    lines = []
    for number, (what, words) in enumerate(ORDER, 1):
        mine = [ref for ref, part in left.items() if any(word in part.item.footprint for word in words)]
        for ref in mine:
            del left[ref]
        if mine:
            lines.append(f"{number}. {what}: {' '.join(sorted(mine, key=bom.in_order))}")
    if left:
        raise NotInOrder(f"{board}: {', '.join(f'{ref} ({part.item.footprint})' for ref, part in left.items())}")
    return "\n".join(lines)


def fixtures() -> str:
    """What hangs on the terminals during the bring-up."""
    return "\n".join(f"- `{name}`: {one['what']}" for name, one in plan()["fixtures"].items())


def steps() -> str:
    """The bring-up, step by step."""
    lines = ["| step | what is measured | limits | needs | why |", "|-|-|-|-|-|"]
    for one in plan()["steps"]:
        unit = "" if one["unit"] == "1" else f" {one['unit']}"
        limits = f"{one['low']:g}" if one["low"] == one["high"] else f"{one['low']:g} to {one['high']:g}"
        needs = [f"`{name}`" for name in one.get("needs", [])] + [f"rail {name}" for name in one.get("rails", [])]
        hand = ["a person"] if one.get("by_hand") else []
        title = one["title"] if one.get("ask") or hand else f"{one['title']}: cannot be done yet"
        cells = (f"`{one['id']}`", title, limits + unit, ", ".join(needs + hand) or "nothing", one["why"])
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def gland_table() -> str:
    """Each gland with its hole and cable."""
    said = enclosure.read()
    lines = ["| gland | hole | from left | from back | cable |", "|-|-|-|-|-|"]
    for gland, hole in zip(said["glands"], enclosure.gland_holes(said), strict=True):
        cable = f"{gland['cable']:g}" if gland["cable"] else "none"
        lines.append(f"| {hole.name} | {hole.diameter:g} | {hole.x:g} | {hole.y:g} | {cable} |")
    return "\n".join(lines)


SECTIONS: Final = {
    "bill of the main board": lambda: bill("main"),
    "bill of the instrument board": lambda: bill("instrument"),
    "bill of the rest": box_bill,
    "order of the main board": lambda: assembly("main"),
    "order of the instrument board": lambda: assembly("instrument"),
    "fixtures": fixtures,
    "steps": steps,
    "glands": gland_table,
}


def filled(text: str) -> str:
    """The page with each section as it has to be."""
    for name, make in SECTIONS.items():
        found = re.compile(SECTION.format(name=name, body="\x00").replace("\x00", ".*?"), re.DOTALL)
        place = found.search(text)
        if place is None:
            raise KeyError(f"{PAGE.name} has no section {name!r}")
        text = text[: place.start()] + SECTION.format(name=name, body=make()) + text[place.end() :]
    return text


def files() -> Iterator[tuple[Path, str]]:
    """Everything that is made, with its text."""
    yield PAGE, filled(PAGE.read_text())
    for board in design.BOARDS:
        yield BOOK / f"{board}-parts.html", parts_page.page(board)
    said = enclosure.read()
    for name, draw in {**enclosure.DRAWINGS, "view": enclosure_view.view}.items():
        yield enclosure.FOLDER / f"{name}.svg", draw(said)


def main() -> int:
    """Writes what differs; ends with 1 where something does not fit."""
    for path, text in files():
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            print(f"wrote {path.relative_to(design.HARDWARE.parent)}")
    for fault in (found := list(enclosure.faults(enclosure.read()))):
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
