"""Pin maps: the committed board modules come from them, and a map that contradicts itself is refused."""

import pytest

from hardware.tools import pins

# Strapping, USB, and flash or PSRAM pins of the ESP32-S3 (its datasheet v2.1, table 3-1; esp-idf's GPIO table).
FORBIDDEN_ESP32S3 = {0, 3, 45, 46, 19, 20, *range(26, 38)}


@pytest.mark.parametrize("board", pins.BOARDS)
def test_committed_modules_are_generated(board: str) -> None:
    """Byte for byte: nobody edits firmware/boards/*/pins.py."""
    assert pins.module_path(board).read_text() == pins.module(pins.read(board))


def test_no_signal_is_on_a_strapping_usb_or_flash_pin() -> None:
    """Of the ESP32-S3."""
    used = {place.gpio for place in pins.read("esp32s3").pins.values()}

    assert not used & FORBIDDEN_ESP32S3


def test_all_boards_have_the_same_signals() -> None:
    """The firmware asks for a signal by name on every board."""
    names = [set(pins.read(board).pins) for board in pins.BOARDS]

    assert names[0] == names[1] == names[2]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("gpio = 2,", "gpio = 1,", "both on GPIO1"),
        ("gpio = 2,", "gpio = 19,", "reserved"),
        ("gpio = 2,", "gpio = 77,", "has not"),
        ('function = "pwm"', 'function = "laser"', "laser"),
        ('rail = "field12"', 'rail = "field24"', "field24"),
        ("gpios = 49", "gpioz = 49", "gpioz"),
    ],
)
def test_a_map_that_contradicts_itself_is_refused(old: str, new: str, said: str) -> None:
    """A pin twice, reserved, not there; an unknown function, rail or key: named in the error."""
    text = (pins.MAPS / "esp32s3.toml").read_text()
    assert old in text

    with pytest.raises(pins.BadPins, match=said):
        pins.parse(text.replace(old, new, 1), "esp32s3.toml")
