"""The tab of what the public sees."""

from typing import Final

from dashboard.tabs import Tab

TAB: Final = Tab(85, "/public")
