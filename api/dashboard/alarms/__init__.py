"""The alarm pages: what needs me now, what is held, what was, plans, one event, one plan."""

from .routes import router
from .trials import Trials

__all__ = ["Trials", "router"]
