"""The overview in the bar at the top of all pages."""

from typing import Final

from dashboard.tabs import Tab

TAB: Final = Tab(10, "/", is_of_facility=False, is_at_once=True)
