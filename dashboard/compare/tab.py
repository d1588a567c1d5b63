"""The comparison in the bar at the top."""

from typing import Final

from dashboard.tabs import Tab

TAB: Final = Tab(55, "/compare", is_of_facility=False)
