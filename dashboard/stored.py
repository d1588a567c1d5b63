"""The stored facility file, as the api reads it."""

from api.facilities.files import facility, in_force, parsed

__all__ = ["facility", "in_force", "parsed"]
