"""The alarms in the bar at the top."""

from typing import Final

from dashboard.tabs import Tab

TAB: Final = Tab(20, "/alarms", is_of_facility=False)
