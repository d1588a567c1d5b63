"""The past of a drill as files with their mappings, one for each agent, as loggers would have left them."""

from pathlib import Path
from typing import Final

import numpy as np

from tailings import csv_text
from tailings.drill import DrillScenario, past
from tailings.drill.readings import CalmReadings
from tailings.facility import Facility
from tailwatch import toml

FILE: Final = "past-{agent}.csv"
TIME: Final = "time"
DECIMALS: Final = 6


def write(folder: Path, facility: Facility, calm: CalmReadings, scenario: DrillScenario, until_s: float) -> list[Path]:
    """Write what was read before `until_s` [Unix s], and return the files; `x.csv` has its mapping in `x.toml`."""
    times_s, read = past.readings(facility, calm, scenario)
    if not times_s.size:
        return []
    texts = np.datetime_as_string(np.round(until_s + times_s).astype("datetime64[s]"), unit="s").tolist()
    files = []
    for agent in sorted({facility.nodes[facility.datastreams[name].node].agent for name in read}):
        names = [name for name in read if facility.nodes[facility.datastreams[name].node].agent == agent]
        file = folder / FILE.format(agent=agent)
        columns = [np.round(read[name], DECIMALS).tolist() for name in names]
        lines = zip(texts, *columns, strict=True)
        file.write_text(csv_text.text([[TIME, *names], *lines]), newline="")
        mapping: dict[str, toml.Value] = {"time_column": TIME, "time_zone": "UTC"}
        quoted = "".join(f'"{name}" = "{name}"\n' for name in names)
        file.with_suffix(".toml").write_text(f"{toml.encode(mapping)}[columns]\n{quoted}")
        files.append(file)
    return files
