"""A page of each entity set of SensorThings, the newest of a Datastream, and three levels of `$expand`, over HTTP."""

from typing import Final

from bench.figures import Figure, WrongResult, figure
from bench.http_client import Asking, answered_ms
from bench.rounds import Measure
from bench.run import Run
from bench.storage_ways import InProcess
from bench.stretch import names
from tailwatch.servers.database import API

ROOT: Final = "/sta/v1.1"
SETS: Final = (
    "Things",
    "Locations",
    "HistoricalLocations",
    "Datastreams",
    "Sensors",
    "ObservedProperties",
    "Observations",
    "FeaturesOfInterest",
)
NEWEST: Final = "$orderby=phenomenonTime%20desc"
PAGES: Final = {
    **{f"100 {name}": f"{ROOT}/{name}?$count=true" for name in SETS},
    "100 newest Observations of all": f"{ROOT}/Observations?{NEWEST}",
    "100 newest Observations of a Datastream": f"{ROOT}/Datastreams({{id}})/Observations?{NEWEST}",
    "three levels of $expand": f"{ROOT}/Things?$top=20&$expand=Datastreams($top=5;$expand=Sensor,"
    f"Observations($top=1;{NEWEST}))",
    "10,000 Observations as dataArray": f"{ROOT}/Datastreams({{id}})/Observations?$top=10000&$resultFormat=dataArray"
    "&$select=id,phenomenonTime,result",
}
GOAL: Final = "< 50 ms"
ROWS: Final = "SELECT sum(observation_count)::bigint FROM latest"


def run(run: Run) -> list[Figure]:
    """Milliseconds until the whole answer is there, at as many rows as the table has by now."""
    connection = run.ground.connect(API)
    InProcess(run.ground).rate(run.ground.stretch(1, len(names())))  # every datastream has an observation
    row = connection.execute(ROWS).fetchone()
    facts = {"table_rows": float(row[0]) if row and row[0] else 0.0}
    with Asking.api(run.ground) as asking:
        paths = {name: path.format(id=int(run.ground.ids[0])) for name, path in PAGES.items()}
        for name, path in paths.items():
            if not asking.json(path)["value"]:
                raise WrongResult(f"{name}: the page is empty")

        def measured(path: str) -> Measure:
            return lambda: answered_ms(lambda: asking.get(path), run.size.answers)

        return [
            figure(
                f"SensorThings: {name}",
                "ms",
                run.rounds(f"SensorThings: {name}", {"ours": measured(path)}),
                goal="" if "10,000" in name else GOAL,
                facts=facts,
            )
            for name, path in paths.items()
        ]
