"""Builds a board from netlist and node.toml, gives its geometry to the router, and puts the router's tracks on it.

    /usr/bin/python3 -m hardware.tools.board build BOARD NETLIST PCB GEOMETRY
    /usr/bin/python3 -m hardware.tools.board finish BOARD PCB TRACKS

Runs under Debian's Python, which alone has KiCad's pcbnew; hardware/tools/layout.py calls it. The same input gives the
same bytes.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

import pcbnew
from pcbnew import B_Cu, Edge_Cuts, F_Cu, F_Fab, F_SilkS, FromMM, In1_Cu, In2_Cu, ToMM

from hardware.tools import design, schematic

FOOTPRINTS: Final = Path("/usr/share/kicad/footprints")
ORIGIN: Final = (50.0, 50.0)  # of the board on KiCad's page, in mm
SEED: Final = 24
GROUND: Final = (
    "GND"  # whole inner layer, and poured on both outer ones; the other inner layer is the supply of the design
)
OUTER: Final = (F_Cu, B_Cu)
DEFAULT_WIDTH: Final = 0.2
CLEARANCE: Final = 0.2
VIA: Final = (0.6, 0.3)
POUR_GAP: Final = 0.3


def place(x: float, y: float) -> Any:
    """A point of the board on the page."""
    return pcbnew.VECTOR2I(FromMM(round(ORIGIN[0] + x, 4)), FromMM(round(ORIGIN[1] + y, 4)))


def local(point: Any) -> tuple[float, float]:
    """A point of the page on the board."""
    return round(ToMM(point.x) - ORIGIN[0], 4), round(ToMM(point.y) - ORIGIN[1], 4)


def netlist_of(text: str) -> dict[str, list[tuple[str, str]]]:
    """(reference, pad) of each net, named as in the netlist."""
    import xml.etree.ElementTree as ElementTree

    return {
        net.get("name", ""): [(node.get("ref", ""), node.get("pin", "")) for node in net.iter("node")]
        for net in ElementTree.fromstring(text).iter("net")
    }


def build(board: str, netlist: str, out: str, geometry: str) -> None:
    """Writes the placed board without tracks, and what the router needs to know of it."""
    pcbnew.KIID.SeedGenerator(SEED)
    made = design.read(board)
    layout = made.layout
    pcb = pcbnew.CreateEmptyBoard()
    pcb.SetFileName(out)
    rules(pcb)
    nets, pads = {}, {}
    for name, nodes in netlist_of(Path(netlist).read_text()).items():
        nets[name] = pcbnew.NETINFO_ITEM(pcb, name)
        pcb.Add(nets[name])
        pads.update(dict.fromkeys(nodes, nets[name]))
    for reference, part in made.parts.items():
        footprint(pcb, made, part, layout["place"][reference], pads)
    width, height = layout["size"]
    for made_of in pcb.GetFootprints():
        cut_silkscreen(made_of, width, height)
    outline(pcb, width, height)
    for layer, net in planes(layout):
        pour(pcb, layer, nets[net], [(0.5, 0.5), (width - 0.5, 0.5), (width - 0.5, height - 0.5), (0.5, height - 0.5)])
    for zone in layout["zones"]:
        pour(pcb, B_Cu, nets[zone["net"]], zone["corners"], priority=1)
    for text in layout["texts"]:
        label(pcb, text)
    title_block(pcb, made)
    pcbnew.SaveBoard(out, pcb)
    Path(geometry).write_text(json.dumps(shapes(pcb, made, width, height)))


def planes(layout: dict[str, Any]) -> tuple[tuple[int, str], ...]:
    """Layer and net of each plane and pour."""
    return ((In1_Cu, GROUND), (In2_Cu, layout["plane"]), (F_Cu, GROUND), (B_Cu, GROUND))


def rules(pcb: Any) -> None:
    """Widths and clearances; the same stand in the project file, which the checker reads."""
    settings = pcb.GetDesignSettings()
    pcb.SetCopperLayerCount(4)
    settings.m_MinThroughDrill = FromMM(0.2)
    settings.m_MinResolvedSpokes = 1
    net_class = settings.m_NetSettings.GetDefaultNetclass()
    net_class.SetClearance(FromMM(CLEARANCE))
    net_class.SetTrackWidth(FromMM(DEFAULT_WIDTH))
    net_class.SetViaDiameter(FromMM(VIA[0]))
    net_class.SetViaDrill(FromMM(VIA[1]))


def footprint(
    pcb: Any, made: design.Design, part: design.Part, where: list[float], pads: dict[tuple[str, str], Any]
) -> None:
    """Puts a part on the board, tied to its symbol."""
    library, name = part.item.footprint.split(":", 1)
    folder = design.HARDWARE / "lib" if library == "tailwatch" else FOOTPRINTS
    made_of = pcbnew.FootprintLoad(str(folder / f"{library}.pretty"), name)
    made_of.SetFPID(pcbnew.LIB_ID(library, name))
    made_of.SetReference(part.reference)
    made_of.SetValue(part.item.value)
    sheet, own = schematic.identifier(made, part.sheet), schematic.identifier(made, f"{part.reference} 1")
    made_of.SetPath(pcbnew.KIID_PATH(f"/{sheet}/{own}"))
    made_of.SetSheetname(f"/{part.sheet}/")
    made_of.SetSheetfile(f"{part.sheet}.kicad_sch")
    fields = {
        "Datasheet": part.item.datasheet,
        "Manufacturer": part.item.maker,
        "MPN": part.item.mpn,
        "Reason": part.why,
    }
    for key, value in fields.items():
        made_of.SetField(key, value)
        made_of.GetFieldByName(key).SetVisible(False)
        made_of.GetFieldByName(key).SetLayer(F_Fab)
    x, y, turn = where
    made_of.SetPosition(place(x, y))
    made_of.SetOrientationDegrees(turn)
    made_of.Value().SetVisible(False)
    made_of.Reference().SetLayer(F_Fab)
    made_of.Reference().SetPosition(made_of.GetPosition())
    made_of.Reference().SetTextSize(pcbnew.VECTOR2I(FromMM(0.8), FromMM(0.8)))
    made_of.Reference().SetTextThickness(FromMM(0.12))
    if not part.item.is_bought:
        made_of.SetAttributes(made_of.GetAttributes() | pcbnew.FP_EXCLUDE_FROM_BOM | pcbnew.FP_EXCLUDE_FROM_POS_FILES)
    for pad in made_of.Pads():
        net = pads.get((part.reference, pad.GetNumber()))
        if net is not None:
            pad.SetNet(net)
    pcb.Add(made_of)


def cut_silkscreen(made_of: Any, width: float, height: float) -> None:
    """Takes away lines of a footprint that the edge would cut: the antenna of the module hangs over."""
    for shape in list(made_of.GraphicalItems()):
        box = shape.GetBoundingBox()
        (left, top), (right, bottom) = local(box.GetOrigin()), local(box.GetEnd())
        if shape.GetLayer() == F_SilkS and (left < 0.1 or top < 0.1 or right > width - 0.1 or bottom > height - 0.1):
            made_of.Delete(shape)


def outline(pcb: Any, width: float, height: float) -> None:
    """The edge."""
    shape = pcbnew.PCB_SHAPE(pcb, pcbnew.SHAPE_T_RECT)
    shape.SetStart(place(0, 0))
    shape.SetEnd(place(width, height))
    shape.SetLayer(Edge_Cuts)
    shape.SetWidth(FromMM(0.1))
    pcb.Add(shape)


def pour(pcb: Any, layer: int, net: Any, corners: list[tuple[float, float]], priority: int = 0) -> None:
    """A plane or a pour of a net; one of priority takes its pads without thermal reliefs."""
    zone = pcbnew.ZONE(pcb)
    zone.SetLayer(layer)
    zone.SetNet(net)
    zone.SetZoneName(f"{net.GetNetname()} {pcb.GetLayerName(layer)}")
    zone.SetAssignedPriority(priority)
    zone.SetPadConnection(pcbnew.ZONE_CONNECTION_FULL if priority else pcbnew.ZONE_CONNECTION_THERMAL)
    zone.SetLocalClearance(FromMM(POUR_GAP))
    zone.SetIslandRemovalMode(pcbnew.ISLAND_REMOVAL_MODE_ALWAYS)
    outer = zone.Outline()
    outer.NewOutline()
    for x, y in corners:
        point = place(x, y)
        outer.Append(point.x, point.y)
    pcb.Add(zone)


def label(pcb: Any, text: dict[str, Any]) -> None:
    """Words on the silkscreen: what a terminal is for."""
    made = pcbnew.PCB_TEXT(pcb)
    made.SetText(text["text"])
    made.SetPosition(place(*text["at"]))
    made.SetLayer(F_SilkS)
    size = FromMM(text.get("size", 1.0))
    made.SetTextSize(pcbnew.VECTOR2I(size, size))
    made.SetTextThickness(FromMM(0.15))
    made.SetTextAngleDegrees(text.get("angle", 0))
    pcb.Add(made)


def title_block(pcb: Any, made: design.Design) -> None:
    """What the board is, on the sheet."""
    block = pcb.GetTitleBlock()
    block.SetTitle(made.title)
    block.SetRevision("A")
    block.SetComment(0, "Designed and checked in software; not yet built or measured")
    pcb.SetTitleBlock(block)


def shapes(pcb: Any, made: design.Design, width: float, height: float) -> dict[str, Any]:
    """Pads, keep-outs and nets for the router."""
    layout = made.layout
    poured = {net for _, net in planes(layout)} | {zone["net"] for zone in layout["zones"]}
    nets = []
    for code, net in sorted(pcb.GetNetsByNetcode().items()):
        name = str(net.GetNetname()).rpartition("/")[2]
        if code and not name.startswith("unconnected-"):
            wide = next((float(size) for size, names in layout["widths"].items() if name in names), DEFAULT_WIDTH)
            nets.append({"code": code, "name": name, "width": wide, "plane": name in poured})
    pads, keepouts = [], []
    for part in pcb.GetFootprints():
        keepouts += held_off(part)
        through = {pad.GetNumber() for pad in part.Pads() if pad.GetDrillSize().x and pad.GetNumber()}
        for pad in part.Pads():
            pads += pad_shapes(part, pad, through)
    codes = {net["name"]: net["code"] for net in nets}
    zones = [{"net": codes[zone["net"]], "points": zone["corners"]} for zone in layout["zones"]]
    return {"width": width, "height": height, "nets": nets, "pads": pads, "keepouts": keepouts, "zones": zones}


def pad_shapes(part: Any, pad: Any, through: set[str]) -> list[dict[str, Any]]:
    """A pad as a polygon, with the layers it is on (0 front, 1 back)."""
    layers = [number for number, layer in enumerate(OUTER) if pad.IsOnLayer(layer)]
    if not layers:
        return []
    drill = ToMM(pad.GetDrillSize().x)
    net = 0 if str(pad.GetNetname()).startswith("unconnected-") else pad.GetNetCode()
    size = ToMM(pad.GetBoundingBox().GetWidth()) * ToMM(pad.GetBoundingBox().GetHeight())
    return [
        {
            "name": f"{part.GetReference()}.{pad.GetNumber()}",
            "net": net,
            "layers": layers,
            "points": polygon(pad, OUTER[layers[0]]),
            "drill": drill,
            "through": drill == 0 and pad.GetNumber() in through,
            "vias": 3 if size > 4.5 else 2 if size > 2.2 else 1,
        }
    ]


def polygon(pad: Any, layer: int) -> list[tuple[float, float]]:
    """The corners of a pad's copper."""
    poly = pcbnew.SHAPE_POLY_SET()
    pad.TransformShapeToPolygon(poly, layer, 0, FromMM(0.01), pcbnew.ERROR_OUTSIDE)
    line = poly.Outline(0)
    return [local(line.CPoint(number)) for number in range(line.PointCount())]


def held_off(part: Any) -> list[dict[str, Any]]:
    """Rule areas of a footprint that no track may enter."""
    found = []
    for zone in part.Zones():
        if zone.GetIsRuleArea() and zone.GetDoNotAllowTracks():
            line = zone.Outline().Outline(0)
            found.append({"points": [local(line.CPoint(n)) for n in range(line.PointCount())], "clearance": 0.05})
    return found


def finish(board: str, out: str, tracks: str) -> None:
    """Puts tracks and vias on the board and fills the planes."""
    pcbnew.KIID.SeedGenerator(SEED + 1)
    pcb = pcbnew.LoadBoard(out)
    found = json.loads(Path(tracks).read_text())
    for one in found["tracks"]:
        track = pcbnew.PCB_TRACK(pcb)
        track.SetStart(place(*one["from"]))
        track.SetEnd(place(*one["to"]))
        track.SetWidth(FromMM(one["width"]))
        track.SetLayer(OUTER[one["layer"]])
        track.SetNetCode(one["net"])
        pcb.Add(track)
    for one in found["vias"]:
        via = pcbnew.PCB_VIA(pcb)
        via.SetPosition(place(*one["at"]))
        via.SetDrill(FromMM(VIA[1]))
        via.SetWidth(F_Cu, FromMM(VIA[0]))
        via.SetNetCode(one["net"])
        pcb.Add(via)
    pcbnew.ZONE_FILLER(pcb).Fill(pcb.Zones())
    pcbnew.SaveBoard(out, pcb)


def main() -> int:
    """The command line."""
    step = build if sys.argv[1] == "build" else finish
    step(*sys.argv[2:])
    return 0


if __name__ == "__main__":
    sys.exit(main())
