"""A board's design as text: reads node.toml and lib/items.toml, checks them, and gives parts with the net of each pin.

Standard library only: the same file is read by the project's Python and by Debian's, which has KiCad's.
"""

import tomllib
from pathlib import Path
from typing import Any, Final, NamedTuple

from hardware.tools import pins

HARDWARE: Final = Path(__file__).parents[1]
BOARDS: Final = ("main", "instrument")
OPEN: Final = "NC"
ITEM_KEYS: Final = frozenset({"symbol", "footprint", "value", "maker", "mpn", "cost", "datasheet"})
OPTIONAL_KEYS: Final = frozenset({"read", "listed", "alternates", "is_bought", "i2c"})
COSTS: Final = ("A", "B", "C", "D")


class BadDesign(Exception):
    """A design contradicts itself or lacks something; the text names board, part and pin."""


class Item(NamedTuple):
    """A thing that is bought, once for all boards.

    `read` is what was opened of its datasheet, and `listed` where its maker's number was seen; "" if nothing was.
    """

    key: str
    symbol: str
    footprint: str
    value: str
    maker: str = ""
    mpn: str = ""
    cost: str = ""
    datasheet: str = ""
    read: str = ""
    listed: str = ""
    alternates: tuple[str, ...] = ()
    is_bought: bool = True
    i2c: tuple[int, ...] = ()


class Part(NamedTuple):
    """One part on a board: its item, its sheet, the net of each pin by name or number, and why it is there."""

    reference: str
    item: Item
    sheet: str
    pins: dict[str, str]
    why: str


class Design(NamedTuple):
    """One board. `supplies` are nets that no output gives, with the part that each comes through."""

    name: str
    title: str
    sheets: dict[str, str]
    parts: dict[str, Part]
    supplies: dict[str, str]
    processor: str
    pin_map: str
    layout: dict[str, Any]

    def sheet_parts(self, sheet: str) -> list[Part]:
        """The parts of a sheet in the order of the file."""
        return [part for part in self.parts.values() if part.sheet == sheet]


def items() -> dict[str, Item]:
    """The catalogue; raises BadDesign for an item that cannot be ordered."""
    found = tomllib.loads((HARDWARE / "lib" / "items.toml").read_text())
    return {key: item(key, fields) for key, fields in found.items()}


def item(key: str, fields: dict[str, Any]) -> Item:
    """One checked item; raises BadDesign."""
    needed = ITEM_KEYS if fields.get("is_bought", True) else frozenset({"symbol", "footprint", "value"})
    missing = sorted(name for name in needed if not fields.get(name))
    if missing or set(fields) - ITEM_KEYS - OPTIONAL_KEYS:
        raise BadDesign(f"items.toml: {key} lacks {missing} or has a key too many: {sorted(fields)}")
    if fields.get("cost", "A") not in COSTS:
        raise BadDesign(f"items.toml: {key} has the cost {fields['cost']!r}, not one of {COSTS}")
    alternates = tuple(fields.get("alternates", ()))
    return Item(key, **{**fields, "alternates": alternates, "i2c": tuple(fields.get("i2c", ()))})


def read(board: str) -> Design:
    """The checked design of a board; raises BadDesign."""
    return parse((HARDWARE / board / "node.toml").read_text(), items())


def parse(text: str, catalogue: dict[str, Item]) -> Design:
    """The design in `text`; raises BadDesign for a part without item, reason or nets, or a reference used twice."""
    found = tomllib.loads(text)
    name = found["name"]
    parts: dict[str, Part] = {}
    for sheet, body in found["sheets"].items():
        for reference, fields in body["parts"].items():
            if reference in parts:
                raise BadDesign(f"{name}: {reference} stands on two sheets")
            if fields.get("item") not in catalogue:
                raise BadDesign(f"{name}: {reference} is of the unknown item {fields.get('item')!r}")
            if not fields.get("why"):
                raise BadDesign(f"{name}: {reference} has no reason")
            parts[reference] = Part(reference, catalogue[fields["item"]], sheet, nets_of(fields), fields["why"])
    check_addresses(name, parts)
    processor = found.get("processor", "")
    pin_map = found.get("pin_map", "")
    if processor:
        places = pins.read(pin_map).pins
        parts[processor].pins.update({f"IO{place.gpio}": signal.upper() for signal, place in places.items()})
    titles = {sheet: body["title"] for sheet, body in found["sheets"].items()}
    return Design(
        name=name,
        title=found["title"],
        sheets=titles,
        parts=parts,
        supplies=found["supplies"],
        processor=processor,
        pin_map=pin_map,
        layout=found.get("layout", {}),
    )


def check_addresses(name: str, parts: dict[str, Part]) -> None:
    """Raises BadDesign for two parts that answer to one address; a board has one I2C bus."""
    taken: dict[int, str] = {}
    for part in parts.values():
        for address in part.item.i2c:
            if address in taken:
                raise BadDesign(f"{name}: {part.reference} and {taken[address]} both answer to {address:#x}")
            taken[address] = part.reference


def nets_of(fields: dict[str, Any]) -> dict[str, str]:
    """Net by pin: `pins` as it stands, `nets` numbered from 1."""
    if "pins" in fields:
        return dict(fields["pins"])
    return {str(number): net for number, net in enumerate(fields["nets"], 1)}
