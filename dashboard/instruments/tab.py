"""The instruments among the tabs of a facility."""

from typing import Final

from dashboard.tabs import Tab

TAB: Final = Tab(60, "/instruments")
