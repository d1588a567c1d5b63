"""The value page among the tabs of a facility."""

from typing import Final

from dashboard.tabs import Tab

TAB: Final = Tab(30, "/value", is_last=True)
