"""The alarm pages: what needs me now, what is held, what was, plans, one event, one plan."""

from .routes import router

__all__ = ["router"]
