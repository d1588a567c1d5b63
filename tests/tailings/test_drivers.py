"""The firmware's drivers and the instrument kinds of facility.toml speak of the same instruments."""

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tailings import instruments, parse, quantities, units

VALE = Path(__file__).parents[1] / "data" / "vale.toml"
DRIVERS = Path(__file__).parents[2] / "firmware" / "node" / "drivers"
NAMES = sorted(file.stem for file in DRIVERS.glob("[a-z]*.py"))


def channels_of(name: str) -> dict[str, str]:
    """Channel -> UCUM unit of a driver with its default settings."""
    driver: ModuleType = import_module(f"firmware.node.drivers.{name}")
    defaults: dict[str, Any] = {key: limits[0] for key, limits in driver.SETTINGS.items()}
    return dict(driver.channels(defaults))


@pytest.mark.parametrize("name", NAMES)
def test_every_channel_of_a_driver_is_known_to_its_kind(name: str) -> None:
    """`driver = "..."` names the node's file and the kind alike; what the node sends can be declared."""
    assert set(channels_of(name)) <= set(instruments.get(name).CHANNELS)


@pytest.mark.parametrize("name", NAMES)
def test_a_kind_knows_what_its_driver_on_a_node_sends(name: str) -> None:
    """With every setting at its most the driver sends exactly the channels of NODE_CHANNELS: what may be declared."""
    driver: ModuleType = import_module(f"firmware.node.drivers.{name}")
    most = {key: limits[0] if isinstance(limits[0], str) else limits[2] for key, limits in driver.SETTINGS.items()}
    sent = {channel for channel, _ in driver.channels(most)}

    kind = instruments.get(name)
    assert sent == set(getattr(kind, "NODE_CHANNELS", kind.CHANNELS))


@pytest.mark.parametrize("name", sorted({*instruments.names()} - {*NAMES} - {*instruments.NOT_READ}))
def test_a_kind_without_a_driver_has_nothing_from_a_node(name: str) -> None:
    """Loggers and other programs read it: the file check takes it for a sign that they read its node."""
    assert instruments.get(name).NODE_CHANNELS == ()


@pytest.mark.parametrize("name", NAMES)
def test_every_unit_of_a_driver_fits_its_quantity(name: str) -> None:
    """The unit of a channel, as the birth says it in UCUM, has the dimension of the channel's quantity."""
    kind = instruments.get(name).CHANNELS
    for channel, unit in channels_of(name).items():
        assert units.get(unit).dimension == quantities.get(kind[channel]).dimension


def test_a_local_alarm_names_its_plan() -> None:
    """The level of a plan is a raw datastream of an instrument that says which plan it carries."""
    facility = parse(
        VALE.read_text()
        + '[instruments."n01:alarm"]\ndriver = "local_alarm"\nsettings = { plan = "pond" }\n'
        + '[datastreams."n01:alarm.level"]\nquantity = "alarm-level"\nunit = "{level}"\n'
    )

    assert facility.instruments["n01:alarm"].settings.plan == "pond"
    assert facility.datastreams["n01:alarm.level"].is_raw
