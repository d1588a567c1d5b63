"""The boards' schematics by KiCad's own rules and netlist: written from node.toml, in step with the firmware's pins."""

from pathlib import Path

import pytest

from hardware.tools import bom, design, documents, kicad, netlist, pins, schematic

MAIN = (design.HARDWARE / "main" / "node.toml").read_text()
LINK_ENDS = {"main": "J10", "instrument": "J1"}


def drawn(text: str, folder: Path) -> tuple[design.Design, Path]:
    """A design of `text` and the schematic that is written of it into `folder`."""
    made = design.parse(text, design.items())
    return made, schematic.write(made, folder)[0]


def changed(old: str, new: str) -> str:
    """The main board with one fault."""
    assert MAIN.count(old) == 1
    return MAIN.replace(old, new)


@pytest.mark.foreign
@pytest.mark.parametrize("board", design.BOARDS)
def test_committed_schematics_are_written_from_the_design(board: str, tmp_path: Path) -> None:
    """Byte for byte, with the libraries of KiCad 9."""
    for path in schematic.write(design.read(board), tmp_path):
        assert path.read_bytes() == (design.HARDWARE / board / path.name).read_bytes(), path.name


@pytest.mark.foreign
@pytest.mark.parametrize("board", design.BOARDS)
def test_committed_pages_are_those_of_the_schematic(board: str, tmp_path: Path) -> None:
    """The PDF that people read, byte for byte."""
    documents.schematic_pdf(board, tmp_path / "pages.pdf")

    assert (tmp_path / "pages.pdf").read_bytes() == (design.HARDWARE / board / f"{board}-schematic.pdf").read_bytes()


@pytest.mark.foreign
@pytest.mark.parametrize("board", design.BOARDS)
def test_electrical_rules_find_nothing(board: str) -> None:
    """ERC at all severities."""
    assert kicad.erc(design.HARDWARE / board / f"{board}.kicad_sch") == []


@pytest.mark.foreign
def test_netlists_agree_with_design_firmware_and_each_other() -> None:
    """KiCad's netlist against node.toml, pins.toml and the board at the other end of the cable."""
    designs = {board: design.read(board) for board in design.BOARDS}
    nets = {board: netlist.of_schematic(design.HARDWARE / board / f"{board}.kicad_sch") for board in designs}

    assert [fault for board in designs for fault in netlist.design_faults(nets[board], designs[board])] == []
    assert [fault for board in designs for fault in netlist.supply_faults(nets[board], designs[board])] == []
    assert netlist.pin_faults(nets["main"], designs["main"], pins.read("esp32s3")) == []
    assert netlist.link_faults(nets, LINK_ENDS, frozenset({"I2C_SDA", "I2C_SCL"})) == []


@pytest.mark.foreign
def test_two_outputs_on_a_net_are_found(tmp_path: Path) -> None:
    """Negative control: the line driver and the receiver of SDI-12 tied together."""
    _, path = drawn(changed('1 = "SDI12_RX" }', '1 = "SDI12_SPACE" }'), tmp_path)

    assert any("Output" in fault for fault in kicad.erc(path))


@pytest.mark.foreign
def test_a_missing_supply_is_found_by_the_rules(tmp_path: Path) -> None:
    """Negative control: nothing says where +3V3 comes from."""
    _, path = drawn(changed('"+3V3" = "L2"\n', ""), tmp_path)

    assert any("power_pin_not_driven" in fault for fault in kicad.erc(path))


@pytest.mark.foreign
def test_a_missing_supply_is_found_behind_a_flag(tmp_path: Path) -> None:
    """Negative control: the coil feeds a net of its own; the flag keeps KiCad silent, the netlist does not."""
    made, path = drawn(changed('nets = ["BUCK_SW", "+3V3"]', 'nets = ["BUCK_SW", "+3V3_BUCK"]'), tmp_path)

    assert "L2 is to give +3V3 and is not on it" in netlist.supply_faults(netlist.of_schematic(path), made)


@pytest.mark.foreign
def test_a_wrong_gpio_is_found(tmp_path: Path) -> None:
    """Negative control: two labels of the drawing changed over, as a hand would do it."""
    path = schematic.write(design.read("main"), tmp_path)[0]
    sheet = tmp_path / "processor.kicad_sch"
    text = (
        sheet.read_text().replace('"RS485_TX"', '"X"').replace('"RS485_RX"', '"RS485_TX"').replace('"X"', '"RS485_RX"')
    )
    sheet.write_text(text)

    faults = netlist.pin_faults(netlist.of_schematic(path), design.read("main"), pins.read("esp32s3"))

    assert faults == ["GPIO17: firmware RS485_TX, board RS485_RX", "GPIO18: firmware RS485_RX, board RS485_TX"]


@pytest.mark.foreign
def test_a_signal_on_a_strapping_pin_is_found(tmp_path: Path) -> None:
    """Negative control: IO45 wired to the light."""
    made, path = drawn(changed('IO45 = "NC"', 'IO45 = "LED"'), tmp_path)

    faults = netlist.pin_faults(netlist.of_schematic(path), made, pins.read("esp32s3"))

    assert faults == ["GPIO45: LED on the board, must be open"]


@pytest.mark.foreign
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('IO35 = "NC", ', "", "IO35"),
        ('VOUT = "5V_SDI" }, why = "the line', 'VOUT = "5V_SDI", EN = "GND" }, why = "the line', "no pin"),
    ],
)
def test_pins_that_are_not_listed_are_refused(old: str, new: str, said: str, tmp_path: Path) -> None:
    """No pin is left open by oversight, and none is named that is not there."""
    with pytest.raises(design.BadDesign, match=said):
        drawn(changed(old, new), tmp_path)


@pytest.mark.parametrize("field", ["mpn", "maker", "footprint", "datasheet", "cost"])
def test_an_item_that_cannot_be_ordered_is_refused(field: str) -> None:
    """Negative control: a part without manufacturer's number, maker, pads, datasheet or cost class."""
    fields = {
        "symbol": "Device:R",
        "footprint": "Resistor_SMD:R_0603_1608Metric",
        "value": "1 kOhm",
        "maker": "Yageo",
        "mpn": "RC0603FR-071KL",
        "cost": "A",
        "datasheet": "https://example.org",
    }
    del fields[field]

    with pytest.raises(design.BadDesign, match=field):
        design.item("r1k", fields)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("R33 = { item", "R3 = { item", "R3 stands on two sheets"),
        ('item = "rv3028"', 'item = "rv3029"', "rv3029"),
        ('why = "for the person at the node"', 'why = ""', "no reason"),
    ],
)
def test_a_design_that_contradicts_itself_is_refused(old: str, new: str, said: str) -> None:
    """A reference twice, an unknown item, a part without a reason."""
    with pytest.raises(design.BadDesign, match=said):
        design.parse(changed(old, new), design.items())


def test_two_parts_with_one_address_are_refused() -> None:
    """The memory of 16 kbit answers to eight addresses, the clock's among them."""
    catalogue = design.items()
    larger = catalogue["fm24cl64b"]._replace(i2c=tuple(range(0x50, 0x58)))

    with pytest.raises(design.BadDesign, match="U11 and U10 both answer to 0x52"):
        design.parse(MAIN, catalogue | {"fm24cl64b": larger})


@pytest.mark.parametrize("board", design.BOARDS)
def test_the_bill_of_materials_is_complete_and_written(board: str) -> None:
    """Each part that is bought stands once, with maker, number and footprint."""
    made = design.read(board)
    rows = bom.rows(made)
    references = " ".join(row[0] for row in rows).split()

    assert (design.HARDWARE / board / "bom.csv").read_text() == bom.table(made)
    assert sorted(references) == sorted(ref for ref, part in made.parts.items() if part.item.is_bought)
    assert all(all(row[:7]) for row in rows)


def test_the_firmware_reckons_with_the_resistors_of_the_boards() -> None:
    """Divider, shunt and bridge of pins.toml are the values of the parts that make them."""
    constants = pins.read("esp32s3").constants
    main, instrument = design.read("main").parts, design.read("instrument").parts
    upper, lower = ohm(main["R11"]), ohm(main["R12"])
    shunts = [ohm(instrument["R61"]), ohm(instrument["R62"])]

    assert constants["battery_divider"] == pytest.approx((upper + lower) / lower, rel=1e-6)
    assert constants["loop_shunt_ohm"] == pytest.approx(1 / sum(1 / one for one in shunts), rel=1e-6)
    assert constants["thermistor_series_ohm"] == pytest.approx(ohm(instrument["R13"]), rel=1e-6)


def ohm(part: design.Part) -> float:
    """The resistance in a part's value, such as `499 kOhm 1%`."""
    number, unit = part.item.value.split()[:2]
    return float(number) * {"Ohm": 1.0, "kOhm": 1e3, "MOhm": 1e6}[unit]
