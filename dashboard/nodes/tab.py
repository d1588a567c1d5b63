"""The nodes among the tabs of a facility, and those of all facilities in the bar at the top."""

from typing import Final

from dashboard.tabs import Tab

TAB: Final = Tab(70, "/nodes")
OF_ALL: Final = Tab(30, "/nodes", is_of_facility=False)
