"""The data page among the tabs of a facility."""

from typing import Final

from dashboard.tabs import Tab

TAB: Final = Tab(50, "/data")
