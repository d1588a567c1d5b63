"""A reading travels from real firmware through broker, edge agent, ingest and database to a JSON answer."""

from tests.end_to_end.compare import assert_delivery
from tests.end_to_end.field import BATTERY, PIEZOMETER, Field
from tests.end_to_end.running_site import RunningSite

DERIVED = """
SELECT extract(epoch FROM phenomenon_time)::float8, result, quality, cfg
FROM observation JOIN datastream ON datastream.id = datastream_id
WHERE name = %s AND phenomenon_time BETWEEN %s AND %s
"""


def test_a_reading_travels_from_the_node_to_a_json_answer(site: RunningSite, field: Field) -> None:
    """Each value in the node's journal stands, bit for bit and at its time, in the api's answer."""
    node = field.start("n04", interval_s=0.3, instruments=[BATTERY, PIEZOMETER])
    site.until(lambda: len(node.made()) >= 5, "the node has made five packs")
    node.finish()

    for name in ("battery.voltage", "vw1.frequency", "vw1.thermistor"):
        wanted = node.values(name)
        answer = site.get(f"datastreams/vale:n04:{name}/observations", **node.window(), time_format="unix")
        assert dict(zip(answer["times"], answer["results"], strict=True)) == wanted  # type: ignore[call-overload]


def test_what_the_agent_derives_is_stored_beside_it(site: RunningSite, field: Field) -> None:
    """Temperature and pressure come with a quality, the configuration version and the times of the raw values."""
    node = field.start("n04", interval_s=0.3, instruments=[BATTERY, PIEZOMETER])
    site.until(lambda: len(node.made()) >= 3, "the node has made three packs")
    node.finish()

    raw = node.values("vw1.thermistor")
    rows = site.rows(DERIVED, "vale:n04:vw1.temperature", *node.span())
    assert {row[0] for row in rows} == set(raw)
    assert {row[3] for row in rows} == {1}


def test_a_node_takes_its_configuration_from_the_facility_file(site: RunningSite, field: Field) -> None:
    """n07 starts with its battery alone; the agent sends it the instruments of facility.toml, and it reads them."""
    node = field.start("n07", interval_s=0.3, instruments=[BATTERY])
    site.until(lambda: ("n07", "applied") in site.configurations(), "the node has taken the configuration")
    node.finish()

    assert node.values("vw1.frequency")
    assert node.values("vw2.frequency")
    assert_delivery(site, node)


def test_the_ledger_adds_up(site: RunningSite, field: Field) -> None:
    """sent = stored + quarantined + dropped + unreadable + lost + pending, and all that was sent is stored."""
    node = field.start("n02", interval_s=0.05, instruments=[BATTERY])
    site.until(lambda: len(node.made()) >= 20, "the node has made twenty packs")
    node.finish()

    assert_delivery(site, node)
