"""A place where people take samples or read by hand: concentrations, residues, levels, distances."""

from __future__ import annotations

from tailings.instruments import NoSettings

Settings = NoSettings
CALIBRATION = None
CHANNELS = {
    "level": "water-level",
    "distance": "distance",
    "mass": "mass",
    **dict.fromkeys(
        ("aluminium", "iron-2", "iron-3", "manganese", "sulphate", "arsenic", "copper", "zinc"), "concentration"
    ),
}
