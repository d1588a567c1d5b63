"""The region in the bar at the top."""

from typing import Final

from dashboard.tabs import Tab

TAB: Final = Tab(50, "/region", is_of_facility=False)
