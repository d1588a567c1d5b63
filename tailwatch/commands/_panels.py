"""The groups under which the help of `tailwatch` lists its commands; the file of each says to which it belongs."""

from typing import Final

SITE: Final = "Site"
FACILITIES: Final = "Facilities and devices"
READINGS: Final = "Readings"
SAFETY: Final = "Safety"
VALUE: Final = "Water and value"
ACCESS: Final = "People and access"
PROGRAMS: Final = "Programs of a centre"
PANELS: Final = (SITE, FACILITIES, READINGS, SAFETY, VALUE, ACCESS, PROGRAMS)
"""In the order of a first day."""
