"""Charts of any series in the bar at the top."""

from typing import Final

from dashboard.tabs import Tab

TAB: Final = Tab(40, "/charts", is_of_facility=False)
