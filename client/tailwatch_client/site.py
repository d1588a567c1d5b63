"""One site: the door to its series, to a copy of them, and to what stands behind a change."""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from tailwatch_client import explanation
from tailwatch_client.connection import Connection
from tailwatch_client.explanation import Explanation
from tailwatch_client.mirror import Mirror
from tailwatch_client.periods import Period, instant_of, interval_of
from tailwatch_client.series import Series


class Site:
    """A Tailwatch site by its address; the key comes from TAILWATCH_KEY, or from a file of mode 600.

    Raises KeyNotSafe. Whatever it is asked raises a ClientError.
    """

    def __init__(
        self,
        address: str,
        *,
        key_file: str | Path | None = None,
        timeout_s: float = 60.0,
        shows_progress: bool | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        file = None if key_file is None else Path(key_file).expanduser()
        self._connection = Connection(address, file, timeout_s, pause)
        self._shows_progress = shows_progress

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connections."""
        self._connection.close()

    def facilities(self) -> list[dict[str, Any]]:
        """Return the facilities that you may read, as the api describes them."""
        pages = self._connection.pages("/api/v1/facilities")
        return [one for page in pages for one in page["facilities"]]

    def datastreams(self, facility: str) -> list[dict[str, Any]]:
        """Return the datastreams of a facility."""
        pages = self._connection.pages(f"/api/v1/facilities/{facility}/datastreams")
        return [one for page in pages for one in page["datastreams"]]

    def series(
        self,
        names: str | Iterable[str],
        period: Period = None,
        *,
        as_of: str | datetime | None = None,
        quality: Sequence[int] = (),
    ) -> Series:
        """Return one datastream or several over a period: 2026, 2026-05, 2026-05-03, or two with / between."""
        chosen = (names,) if isinstance(names, str) else tuple(dict.fromkeys(names))
        if not chosen:
            raise ValueError("name at least one datastream")
        known = None if as_of is None else instant_of(as_of)
        return Series(
            self._connection, chosen, interval_of(period), known, tuple(quality), shows_progress=self._shows_progress
        )

    def mirror(self, folder: str | Path, *, facility: str | None = None, datastreams: Iterable[str] = ()) -> Mirror:
        """Return the copy in a folder, made at first use; the whole site, a facility, or some datastreams."""
        return Mirror(
            self._connection,
            Path(folder),
            facility=facility,
            datastreams=tuple(datastreams),
            shows_progress=self._shows_progress,
        )

    def explain(self, figure: Series, as_of_1: str | datetime, as_of_2: str | datetime) -> Explanation:
        """Return what separates the answers of two instants: values, revisions, calibrations, and what came late."""
        first, second = sorted((instant_of(as_of_1), instant_of(as_of_2)))
        return explanation.of(figure, first, second)
