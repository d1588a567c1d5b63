"""The api: what is stored, as JSON, CSV and live events, for pages and people.

The door of the room: `create_app(settings)` of `api.application` gives the ASGI application. It reads the database and
nothing else, and writes nothing. No room is imported here: the commands that need its passwords do without its pages.
"""

import sys

# FastAPI asks of each type in an address whether it is a model of pydantic 1, and loads that library to ask: 2 to 4 MB
# of the api's memory. Where it cannot be loaded FastAPI takes the answer for no, which it is here.
sys.modules.setdefault("pydantic.v1", None)  # type: ignore[arg-type]
