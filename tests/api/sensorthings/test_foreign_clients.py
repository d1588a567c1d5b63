"""SensorThings clients of others walk from a Location to its Things, their Datastreams and Observations."""

import json
import pathlib
import subprocess

import pytest

from tests import foreign
from tests.api import site
from tests.api.server import ApiServer

pytestmark = pytest.mark.foreign

FROST = """
import json, sys
import frost_sta_client as client
service = client.SensorThingsService(sys.argv[1])
location = service.locations().query().filter("name eq 'vale:n07'").list().entities[0]
thing = location.get_things().query().list().entities[0]
stream = thing.get_datastreams().query().filter("endswith(name, 'level')").expand("ObservedProperty").list().entities[0]
newest = stream.get_observations().query().orderby("phenomenonTime", "desc").top(3).list().entities
everything = list(stream.get_observations().query().top(1000).list())
print(json.dumps([location.location["coordinates"], thing.name, stream.unit_of_measurement.symbol,
                  [one.result for one in newest], len(everything), len({one.id for one in everything}),
                  stream.observed_property.name]))
"""
ISTSOS = """
import json, sys
from istsos4_client import Client, Location, Thing, Datastream, Observation
client = Client(sys.argv[1])
place = client.list(Location, filter="name eq 'vale:n07'", expand="Things")[0]
stream = client.list(Datastream, filter="Thing/Locations/name eq 'vale:n07' and endswith(name, 'level')")[0]
rows = client.list(Observation, filter="Datastream/id eq %d" % stream.iot_id, top=1000)
newest = client.list(Observation, filter="phenomenonTime gt 2026-05-02T23:58:00Z and Datastream/id eq 1")
print(json.dumps([place.name, stream.name, len(rows), newest[0].result, client.get(Thing, 2).name]))
"""
PYGEOAPI = """
import json, sys
from pygeoapi.provider.sensorthings import SensorThingsProvider
def provider(entity):
    return SensorThingsProvider({"type": "feature", "name": "SensorThings", "data": sys.argv[1], "entity": entity,
                                 "id_field": "@iot.id", "time_field": "phenomenonTime"})
things = provider("Things").query(bbox=[-8, 40, -7, 41])
streams = provider("Datastreams").query(limit=10)
rows = provider("Observations").query(datetime_="2026-05-01T00:00:00Z/2026-05-01T00:20:00Z", limit=30)
print(json.dumps([[one["properties"]["name"] for one in things["features"]],
                  things["features"][0]["geometry"], len(streams["features"]),
                  [one["properties"]["result"] for one in rows["features"]][:3], len(rows["features"])]))
"""
QGIS = """
import json, sys
from qgis.core import QgsApplication, QgsVectorLayer
QgsApplication.setPrefixPath("/usr", True)
application = QgsApplication([], False)
application.initQgis()
def layer(source):
    found = QgsVectorLayer(f"url='{sys.argv[1]}' {source}", "layer", "sensorthings")
    assert found.isValid(), source
    names = found.fields().names()
    return [(one.geometry(), dict(zip(names, one.attributes()))) for one in found.getFeatures()]
places = layer("type=PointZ entity='Location' pageSize='2'")
streams = layer("entity='Datastream'")
walked = layer("type=PointZ entity='Location' expandTo='Thing:limit=9;Datastream:limit=9;"
               "Observation:orderby=phenomenonTime,desc:limit=3'")
names = ["name", "Thing_name", "Thing_Datastream_name", "Thing_Datastream_Observation_result",
         "Thing_Datastream_Observation_id"]
print(json.dumps([[[at.asPoint().x(), at.asPoint().y(), one["name"]] for at, one in places],
                  [one["name"] for _, one in streams], [[one[name] for name in names] for _, one in walked]]))
"""
LEVEL = "vale:n07:vw1.level"
NEWEST = [site.level(site.MINUTES - 1 - minute)[0] for minute in range(3)]
HERE = [-7.73, 40.16]


def root(server: ApiServer) -> str:
    """The address that a client is given."""
    return f"{server.url}/sta/v1.1"


def test_the_client_of_frost_walks(read_server: ApiServer) -> None:
    """frost-sta-client finds the place, its node, the series and each of its observations once, over several pages."""
    found = foreign.asked(FROST, root(read_server))

    assert found[:4] == [HERE, "vale:n07", "m", NEWEST]
    assert found[4:] == [site.LEVEL_ROWS, site.LEVEL_ROWS, "water-level"]


def test_the_client_of_istsos_walks(read_server: ApiServer) -> None:
    """istsos4-client follows the pages and reads the same."""
    found = foreign.asked(ISTSOS, root(read_server))

    assert found == ["vale:n07", LEVEL, site.LEVEL_ROWS, NEWEST[0], "vale:n07"]


def test_pygeoapi_serves_what_it_reads_here(read_server: ApiServer) -> None:
    """Its SensorThings provider has the nodes within a box at their point, series, and a time span page by page."""
    things, place, streams, results, rows = foreign.asked(PYGEOAPI, root(read_server))

    assert (sorted(things), place) == (["vale:n01", "vale:n07", "vale:n09"], {"type": "Point", "coordinates": HERE})
    assert (streams, rows, results) == (5, 21, [site.level(minute)[0] for minute in range(3)])


def test_qgis_walks(read_server: ApiServer, tmp_path: pathlib.Path) -> None:
    """QGIS has the places as points page by page, series as a table, and walks to observations by one expansion."""
    environment = {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)}
    command = ["/usr/bin/python3", "-c", QGIS, root(read_server)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, env=environment, check=False)

    assert done.returncode == 0, done.stderr
    places, streams, walked = json.loads(done.stdout.splitlines()[-1])
    assert places == [[*HERE, name] for name in ("vale:n01", "vale:n07", "vale:n09")]
    newest = [row[:4] for row in walked if row[2] == LEVEL]  # a result is a text of six digits there
    assert (len(streams), newest) == (5, [["vale:n07", "vale:n07", LEVEL, f"{result:.6g}"] for result in NEWEST])
