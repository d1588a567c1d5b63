"""Reads server-sent events in tests, by the rules of WHATWG HTML section 9.2.6, separate from the api's own writer."""

import json
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import httpx


class Event(NamedTuple):
    """One dispatched event; `last_id` is what a browser would send back as Last-Event-ID."""

    name: str
    data: Any
    last_id: str


class EventReader:
    """Takes lines, gives events; keeps the last id as a browser does, also of events without data."""

    def __init__(self, last_id: str = "") -> None:
        self.last_id = last_id
        self._id, self._name, self._data = last_id, "message", ""

    def line(self, line: str) -> Event | None:
        """Take one line; return the event that it ends, if it ends one."""
        if line == "":
            self.last_id = self._id
            event = Event(self._name, json.loads(self._data), self.last_id) if self._data else None
            self._name, self._data = "message", ""
            return event
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "id":
            self._id = value
        elif field == "event":
            self._name = value
        elif field == "data":
            self._data += value
        return None


async def events(answer: httpx.Response, reader: EventReader) -> AsyncIterator[Event]:
    """Give the events of an open stream."""
    async for line in answer.aiter_lines():
        event = reader.line(line)
        if event is not None:
            yield event
