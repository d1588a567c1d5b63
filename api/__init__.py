"""The api: what is stored, as JSON, CSV and live events, for pages and people.

The door of the room: `create_app(settings)` of `api.application` gives the ASGI application. It reads the database and
nothing else, and writes nothing. Nothing is imported here: the commands that need its passwords do without its pages.
"""
