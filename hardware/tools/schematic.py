"""Writes a board's schematic: a root page of sheets by function, each part once, each pin with the name of its net.

The same design gives the same bytes: identifiers are made of names, and places follow from the order in node.toml.
Parts of two pins lie in rows, others stand as drawn; ground and +3V3 are symbols, all other nets are labels, which
join over sheets.
"""

import textwrap
import uuid
from pathlib import Path
from typing import Final, NamedTuple

from hardware.tools.design import HARDWARE, OPEN, BadDesign, Design, Part
from hardware.tools.symbols import Symbol, SymbolPin, quoted, symbol, written

SPACE: Final = uuid.UUID("6b1f6f0e-5d7e-5c0a-9a52-7461696c7761")
GRID: Final = 2.54
STUB: Final = 2.54
PAGE: Final = (420.0, 297.0)
TOP: Final = 25.4
LEFT: Final = 20.32
BOTTOM: Final = 254.0
ROW: Final = 10.16
LETTER: Final = 1.15  # width of a letter of 1.27 mm
POWER: Final = {"GND": "power:GND", "+3V3": "power:+3V3"}
FONT: Final = "(effects (font (size 1.27 1.27)))"
HIDDEN: Final = "(effects (font (size 1.27 1.27)) (hide yes))"


class Block(NamedTuple):
    """One unit of a part: how far it reaches from its place to each side, in mm."""

    part: Part
    shape: Symbol
    unit: int
    rotation: int
    left: float
    right: float
    up: float
    down: float


def write(design: Design, folder: Path) -> list[Path]:
    """Writes `<board>.kicad_sch` and a file a sheet; returns their paths."""
    texts = {f"{design.name}.kicad_sch": root_page(design)}
    for number, sheet in enumerate(design.sheets, 2):
        texts[f"{sheet}.kicad_sch"] = Page(design, sheet, number).text()
    paths = []
    for name, text in texts.items():
        (folder / name).write_text(text)
        paths.append(folder / name)
    return paths


def identifier(design: Design, *names: object) -> str:
    """A UUID that is the same each time for the same thing."""
    return str(uuid.uuid5(SPACE, "/".join(map(str, (design.name, *names)))))


def net_of(part: Part, pin: SymbolPin) -> str:
    """The net of a pin, by number or name; raises BadDesign where the design does not say one."""
    net = part.pins.get(pin.number, part.pins.get(pin.name))
    if net is None:
        raise BadDesign(f"{part.reference} pin {pin.number} ({pin.name}) has no net: name one, or {OPEN} on purpose")
    return net


def check_pins(part: Part) -> None:
    """Raises BadDesign for a pin without a net, or a net on a pin that the symbol has not."""
    shape = symbol(part.item.symbol)
    for pin in shape.pins:
        net_of(part, pin)
    known = {pin.number for pin in shape.pins} | {pin.name for pin in shape.pins}
    if set(part.pins) - known:
        raise BadDesign(f"{part.reference}: {part.item.symbol} has no pin {sorted(set(part.pins) - known)}")


def root_page(design: Design) -> str:
    """The page that holds the sheets, and the flags of supplies that come from outside."""
    root = identifier(design, "root")
    lines = []
    for number, (sheet, title) in enumerate(design.sheets.items()):
        x, y = 30.48 + number % 3 * 96.52, 40.64 + number // 3 * 45.72
        lines.append(
            f"(sheet (at {x:g} {y:g}) (size 76.2 25.4) (exclude_from_sim no) (in_bom yes) (on_board yes) (dnp no)"
            f" (stroke (width 0.1524) (type solid)) (fill (color 0 0 0 0.0)) (uuid {quoted(identifier(design, sheet))})"
            f' (property "Sheetname" {quoted(sheet)} (at {x:g} {y - 1.27:g} 0)'
            " (effects (font (size 1.27 1.27)) (justify left bottom)))"
            f' (property "Sheetfile" {quoted(sheet + ".kicad_sch")} (at {x:g} {y + 26.67:g} 0)'
            " (effects (font (size 1.27 1.27)) (justify left top)))"
            f' (instances (project {quoted(design.name)} (path {quoted("/" + root)} (page "{number + 2}")))))'
        )
        lines.append(note(design, title, x + 2.54, y + 12.7))
    flag = symbol("power:PWR_FLAG")
    for number, net in enumerate(design.supplies):
        x, y = 30.48 + number * 30.48, 190.5
        lines.append(placed(design, f"#FLG{number + 1:02}", "power:PWR_FLAG", (x, y), f"/{root}"))
        lines += joined(design, f"flag {net}", net, (x, y), (0, 1))
    lines.append(note(design, "Supplies that come through a terminal, a diode, a coil or a resistor:", 30.48, 180.34))
    return document(design, root, [flag], lines, design.title, sheets=True)


def document(
    design: Design, own: str, shapes: list[Symbol], lines: list[str], title: str, *, sheets: bool = False
) -> str:
    """A schematic file."""
    library = "\n".join(sorted({written(shape.tree) for shape in shapes}))
    tail = '(sheet_instances (path "/" (page "1")))\n' if sheets else ""
    head = (
        f'(kicad_sch (version 20250114) (generator "tailwatch") (generator_version "9.0") (uuid {quoted(own)})'
        f' (paper "A3") (title_block (title {quoted(title)}) (rev "A")'
        ' (comment 1 "Designed and checked in software; not yet built or measured")'
        ' (comment 2 "CERN-OHL-P-2.0"))'
    )
    return f"{head}\n(lib_symbols\n{library})\n" + "\n".join(lines) + f"\n{tail}(embedded_fonts no))\n"


def note(design: Design, text: str, x: float, y: float, key: str = "") -> str:
    """A line of text."""
    own = quoted(identifier(design, "note", key, text))
    return (
        f"(text {quoted(text)} (exclude_from_sim no) (at {x:g} {y:g} 0)"
        f" (effects (font (size 1.27 1.27)) (justify left bottom)) (uuid {own}))"
    )


def field(name: str, text: str, place: tuple[float, float], angle: int = 0, hidden: bool = True) -> str:
    """A property of a symbol."""
    at = f"(at {place[0]:g} {place[1]:g} {angle})"
    return f"(property {quoted(name)} {quoted(text)} {at} {HIDDEN if hidden else FONT})"


def placed(
    design: Design, reference: str, name: str, place: tuple[float, float], path: str, *, rotation: int = 0
) -> str:
    """A power symbol or flag."""
    x, y = place
    value = name.partition(":")[2]
    shown = (x, y - 4.572) if rotation in (0, 180) else (x + (5.08 if rotation == 270 else -5.08), y)
    pins = "".join(
        f" (pin {quoted(pin.number)} (uuid {quoted(identifier(design, path, reference, pin.number))}))"
        for pin in symbol(name).pins
    )
    return (
        f"(symbol (lib_id {quoted(name)}) (at {x:g} {y:g} {rotation}) (unit 1) (exclude_from_sim no) (in_bom no)"
        f" (on_board yes) (dnp no) (uuid {quoted(identifier(design, path, reference))})"
        + field("Reference", reference, place)
        + field("Value", value, shown, rotation % 180, hidden=value == "GND")
        + pins
        + f" (instances (project {quoted(design.name)} (path {quoted(path)}"
        + f" (reference {quoted(reference)}) (unit 1)))))"
    )


def joined(design: Design, key: str, net: str, at: tuple[float, float], way: tuple[int, int]) -> list[str]:
    """A short wire away from a pin at `at` in direction `way`, with a label at its end."""
    x, y = at
    end = (round(x + way[0] * STUB, 4), round(y + way[1] * STUB, 4))
    turn = {(-1, 0): 180, (1, 0): 0, (0, 1): 270, (0, -1): 90}[way]
    side = "right" if turn in (180, 270) else "left"
    return [
        wire(design, key, at, end),
        f"(global_label {quoted(net)} (shape passive) (at {end[0]:g} {end[1]:g} {turn})"
        f" (effects (font (size 1.27 1.27)) (justify {side})) (uuid {quoted(identifier(design, key, 'label'))}))",
    ]


def wire(design: Design, key: str, start: tuple[float, float], end: tuple[float, float]) -> str:
    """A wire."""
    points = f"(pts (xy {start[0]:g} {start[1]:g}) (xy {end[0]:g} {end[1]:g}))"
    own = quoted(identifier(design, key, "wire"))
    return f"(wire {points} (stroke (width 0) (type default)) (uuid {own}))"


class Page:
    """One sheet: blocks flow down columns, and each column is as wide as its labels need."""

    def __init__(self, design: Design, sheet: str, number: int) -> None:
        self._design = design
        self._sheet = sheet
        self._number = number
        self._path = f"/{identifier(design, 'root')}/{identifier(design, sheet)}"
        self._lines: list[str] = []
        self._shapes: list[Symbol] = []
        self._powers = 0

    def text(self) -> str:
        """The sheet as a file."""
        blocks = []
        for part in self._design.sheet_parts(self._sheet):
            check_pins(part)
            shape = symbol(part.item.symbol)
            self._shapes.append(shape)
            blocks += [measured(part, shape, unit) for unit in shape.units()]
        x = LEFT
        while blocks:
            column, height = [blocks.pop(0)], 0.0
            height = column[0].up + column[0].down
            while blocks and TOP + height + blocks[0].up + blocks[0].down <= BOTTOM:
                height += blocks[0].up + blocks[0].down
                column.append(blocks.pop(0))
            x = self._column(column, x)
        if x > PAGE[0] - 76.2:
            raise BadDesign(f"{self._design.name}: sheet {self._sheet} is too wide ({x:.0f} mm)")
        title = self._design.sheets[self._sheet]
        self._lines.append(note(self._design, title, LEFT, 17.78))
        self._reasons(x + 2 * GRID)
        own = identifier(self._design, self._sheet, "file")
        return document(self._design, own, self._shapes, self._lines, title)

    def _reasons(self, x: float) -> None:
        """Why each part is there, beside the drawing, in lines that fit the page."""
        room = int((PAGE[0] - 12.7 - x) / LETTER)
        lines = []
        for part in self._design.sheet_parts(self._sheet):
            lines += textwrap.wrap(f"{part.reference}: {part.why}", room, subsequent_indent="    ")
        for number, line in enumerate(lines):
            self._lines.append(note(self._design, line, x, TOP + number * GRID, f"{self._sheet} {number}"))

    def _column(self, column: list[Block], x: float) -> float:
        middle = snapped(x + max(block.left for block in column))
        y = TOP
        for block in column:
            self._place(block, (middle, snapped(y + block.up)))
            y += block.up + block.down
        return middle + max(block.right for block in column) + GRID

    def _place(self, block: Block, place: tuple[float, float]) -> None:
        part, x, y = block.part, *place
        key = f"{part.reference} {block.unit}"
        if block.rotation:
            shown = [((x, y - 3.556), 90), ((x, y + 3.81), 90)]
        else:
            shown = [((x + 2.54, y - block.up + 3.81), 0), ((x + 2.54, y + block.down - 1.27), 0)]
        self._lines.append(
            f"(symbol (lib_id {quoted(part.item.symbol)}) (at {x:g} {y:g} {block.rotation}) (unit {block.unit})"
            f" (exclude_from_sim no) (in_bom {'yes' if part.item.is_bought else 'no'}) (on_board yes) (dnp no)"
            f" (uuid {quoted(identifier(self._design, key))})"
            + field("Reference", part.reference, shown[0][0], shown[0][1], hidden=False)
            + field("Value", part.item.value, shown[1][0], shown[1][1], hidden=False)
            + field("Footprint", part.item.footprint, place)
            + field("Datasheet", part.item.datasheet, place)
            + field("Manufacturer", part.item.maker, place)
            + field("MPN", part.item.mpn, place)
            + field("Reason", part.why, place)
            + "".join(
                f" (pin {quoted(pin.number)} (uuid {quoted(identifier(self._design, key, pin.number))}))"
                for pin in block.shape.pins
            )
            + f" (instances (project {quoted(self._design.name)} (path {quoted(self._path)}"
            f" (reference {quoted(part.reference)}) (unit {block.unit})))))"
        )
        self._pins(block, place)

    def _pins(self, block: Block, place: tuple[float, float]) -> None:
        taken: dict[tuple[float, float], str] = {}
        for pin in (pin for pin in block.shape.pins if pin.unit in (0, block.unit)):
            net = net_of(block.part, pin)
            (dx, dy), way = turned(pin, block.rotation)
            at = (round(place[0] + dx, 4), round(place[1] + dy, 4))
            if taken.setdefault(at, net) != net:
                raise BadDesign(f"{block.part.reference}: pins at one place have the nets {taken[at]} and {net}")
            key = f"{block.part.reference} pin {pin.number}"
            if net == OPEN:
                own = quoted(identifier(self._design, key, "open"))
                self._lines.append(f"(no_connect (at {at[0]:g} {at[1]:g}) (uuid {own}))")
            elif net in POWER:
                self._power(key, net, at, way)
            else:
                self._lines += joined(self._design, key, net, at, way)

    def _power(self, key: str, net: str, at: tuple[float, float], way: tuple[int, int]) -> None:
        end = (round(at[0] + way[0] * STUB, 4), round(at[1] + way[1] * STUB, 4))
        turns = {(0, 1): 0, (1, 0): 90, (0, -1): 180, (-1, 0): 270}
        turn = turns[way] if net == "GND" else (turns[way] + 180) % 360
        self._powers += 1
        reference = f"#PWR{self._number}{self._powers:02}"
        self._shapes.append(symbol(POWER[net]))
        self._lines.append(wire(self._design, key, at, end))
        self._lines.append(placed(self._design, reference, POWER[net], end, self._path, rotation=turn))


def snapped(value: float) -> float:
    """On the grid, so that pins meet wires."""
    return round(round(value / GRID) * GRID, 4)


def turned(pin: SymbolPin, rotation: int) -> tuple[tuple[float, float], tuple[int, int]]:
    """(offset of a pin on the page, direction away from the body) of a symbol that is turned by 0 or 90 degrees."""
    x, y, angle = (-pin.y, pin.x, pin.angle + 90) if rotation else (pin.x, pin.y, pin.angle)
    way = {0: (-1, 0), 180: (1, 0), 90: (0, 1), 270: (0, -1)}[angle % 360]
    return (x, -y), way


def measured(part: Part, shape: Symbol, unit: int) -> Block:
    """How much room a unit takes with its labels."""
    pins = [pin for pin in shape.pins if pin.unit in (0, unit)]
    rotation = 90 if len(shape.pins) == 2 and {pin.x for pin in pins} == {0.0} else 0
    reach = {(-1, 0): 7.62, (1, 0): 7.62, (0, -1): 2.54, (0, 1): 2.54}
    for pin in pins:
        (dx, dy), way = turned(pin, rotation)
        net = net_of(part, pin)
        length = (
            abs(dx * way[0] + dy * way[1]) + STUB + (3.81 if net == OPEN or net in POWER else 3.81 + 1.2 * len(net))
        )
        reach[way] = max(reach[way], length)
    if len(pins) <= 2 and all(turned(pin, rotation)[0][1] == 0 for pin in pins):
        up, down = ROW - 3.81, 3.81
    else:
        up, down = reach[0, -1] + 5.08, reach[0, 1] + 5.08
        up = max(up, max((pin.y for pin in pins), default=0) + 7.62)
        down = max(down, -min((pin.y for pin in pins), default=0) + 7.62)
    return Block(
        part=part,
        shape=shape,
        unit=unit,
        rotation=rotation,
        left=reach[-1, 0],
        right=reach[1, 0],
        up=snapped(up + 1.27),
        down=snapped(down + 1.27),
    )


def folder(design: Design) -> Path:
    """Where a board's files lie."""
    return HARDWARE / design.name
