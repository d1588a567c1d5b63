"""Facility files with one fault each: what is changed, where the error stands, and words of its sentence."""

from typing import NamedTuple


class Fault(NamedTuple):
    """One change to the test facility; `stands_on`: the first line with these words, None = any line."""

    old: str
    new: str
    stands_on: str | None
    sentence: str


CATCHMENT = """[[facility.catchment]]
valid_from = 2024-06-12
area_m2 = 1000000.0
run_off_coefficient = 0.375
author = "Hydrologist"
source = "Design report, table 4"

[agents.gw1]"""
FAULTS = {
    "unknown key": Fault(
        "expected_interval_s = 60\nposition = { elevation",
        "expectd_interval_s = 60\nposition = { elevation",
        "expectd_interval_s",
        "did you mean 'expected_interval_s'?",
    ),
    "unknown table": Fault(
        "[agents.gw1]",
        "[agent.gw1]",
        "[agent.gw1]",
        "did you mean 'agents'?",
    ),
    "unknown nested key": Fault(
        "lon = -7.73",
        "long = -7.73",
        "location",
        "did you mean 'lon'?",
    ),
    "wrong type": Fault(
        "version = 1",
        'version = "1"',
        "version",
        "expected a whole number, got text",
    ),
    "missing key": Fault(
        'name = "Vale do Sino"\n',
        "",
        "[facility]",
        "the key 'name' is missing; add it",
    ),
    "bad id": Fault(
        'id = "vale"',
        'id = "Vale"',
        'id = "Vale"',
        "is not an id",
    ),
    "cost without a currency": Fault(
        'driver = "barometer"\n',
        'driver = "barometer"\nreplacement_cost = 900.0\n',
        "replacement_cost",
        "of which money?",
    ),
    "currency that is none": Fault(
        'licence = "CC-BY-4.0"\n',
        'licence = "CC-BY-4.0"\ncurrency = "euro"\n',
        "currency",
        "write it as 'EUR'",
    ),
    "bad time zone": Fault(
        "Europe/Lisbon",
        "Europe/Lissabon",
        "timezone",
        "did you mean 'Europe/Lisbon'?",
    ),
    "bad longitude": Fault(
        "lon = -7.73",
        "lon = 187.73",
        "location",
        "<= 180",
    ),
    "node without agent": Fault(
        '"n07", "n08"]',
        '"n07"]',
        "[nodes.n08]",
        "node n08 has no agent",
    ),
    "unknown node of an agent": Fault(
        '"n07", "n08"]',
        '"n07", "n08", "n09"]',
        "nodes = [",
        "there is no node 'n09'",
    ),
    "unknown driver": Fault(
        'driver = "vw_piezometer"',
        'driver = "vw_piezo"',
        '"vw_piezo"',
        "did you mean 'vw_piezometer'?",
    ),
    "unknown node of an instrument": Fault(
        '[instruments."n01:baro"]',
        '[instruments."n11:baro"]',
        "n11:baro",
        "there is no node 'n11'",
    ),
    "unknown instrument": Fault(
        '[datastreams."n01:rain.rain"]',
        '[datastreams."n01:rian.rain"]',
        "n01:rian",
        "did you mean 'n01:rain'?",
    ),
    "unknown channel": Fault(
        '[datastreams."n01:rain.rain"]',
        '[datastreams."n01:rain.rian"]',
        "rain.rian",
        "did you mean 'rain'?",
    ),
    "unknown quantity": Fault(
        'quantity = "barometric-pressure"',
        'quantity = "barometer-pressure"',
        '"barometer-pressure"',
        "did you mean 'barometric-pressure'?",
    ),
    "unknown unit": Fault(
        'unit = "hPa"',
        'unit = "hpa"',
        'unit = "hpa"',
        "did you mean 'hPa'?",
    ),
    "wrong dimension": Fault(
        'unit = "hPa"',
        'unit = "m"',
        'unit = "m"',
        "m is a length; barometric-pressure is given in kPa",
    ),
    "unknown formula": Fault(
        'formula = "vw_pressure"',
        'formula = "vw_presure"',
        "vw_presure",
        "did you mean 'vw_pressure'?",
    ),
    "unknown parameter": Fault(
        "barometer_stale_after_s = 7200",
        "barometer_stale_s = 7200",
        "barometer_stale_s",
        "did you mean 'barometer_stale_after_s'?",
    ),
    "wrong parameter": Fault(
        'set = "geokon-3k"',
        'set = "geokon"',
        "parameters = {",
        "not known",
    ),
    "missing parameter": Fault(
        'parameters = { set = "geokon-3k" }',
        "",
        '[datastreams."n02:vw1.temperature"]',
        "give either set",
    ),
    "unknown filter": Fault(
        'pressure".filters.gross_range]',
        'pressure".filters.gros_range]',
        "gros_range",
        "did you mean 'gross_range'?",
    ),
    "range in wrong order": Fault(
        "fail = [500.0, 1100.0]",
        "fail = [1100.0, 500.0]",
        "fail = [1100.0, 500.0]",
        "write the lower limit first",
    ),
    "suspect outside fail": Fault(
        "suspect = [850.0, 1080.0]",
        "suspect = [450.0, 1080.0]",
        "suspect = [450.0, 1080.0]",
        "suspect must lie within fail",
    ),
    "input that does not exist": Fault(
        'resistance = "n07:vw1.thermistor"',
        'resistance = "n07:vw1.thermister"',
        'inputs = { resistance = "n07:vw1.thermister"',
        "did you mean 'n07:vw1.thermistor'?",
    ),
    "unknown input role": Fault(
        'pressure = "n07:vw1.pressure"',
        'presure = "n07:vw1.pressure"',
        'presure = "n07:vw1.pressure"',
        "did you mean 'pressure'?",
    ),
    "input of another dimension": Fault(
        'pressure = "n07:vw1.pressure"',
        'pressure = "n07:vw1.temperature"',
        'inputs = { pressure = "n07:vw1.temperature"',
        "needs kPa",
    ),
    "wrong result": Fault(
        'quantity = "water-level"',
        'quantity = "beach-length"',
        '"beach-length"',
        "gives water-level",
    ),
    "barometer without its zero": Fault(
        "zero_barometer_kpa = 96.1\n",
        "",
        '[datastreams."n02:vw1.pressure"]',
        "has no zero_barometer_kpa",
    ),
    "thermal factor without zero": Fault(
        "zero_temperature_degc = 12.0\n",
        "",
        '[[instruments."n02:vw1".calibrations]]',
        "needs zero_temperature_degc",
    ),
    "calibration without date": Fault(
        '[[instruments."n02:vw1".calibrations]]\nvalid_from = 2024-06-12\n',
        '[[instruments."n02:vw1".calibrations]]\n',
        '[[instruments."n02:vw1".calibrations]]',
        "has no date",
    ),
    "unknown convention": Fault(
        'convention = "geokon"',
        'convention = "geocon"',
        "convention",
        "'geocon' is not known",
    ),
    "unknown calibration key": Fault(
        "gauge_factor_kpa_per_digit",
        "gauge_factor_kpa",
        "gauge_factor_kpa =",
        "did you mean 'gauge_factor_kpa_per_digit'?",
    ),
    "raw with parameters": Fault(
        '[datastreams."n01:rain.rain"]\n',
        '[datastreams."n01:rain.rain"]\nparameters = {}\n',
        "parameters = {}",
        "a raw datastream has no parameters",
    ),
    "twice the same id": Fault(
        "[nodes.n02]",
        "[nodes.n01]",
        None,
        "stands here a second time",
    ),
    "not TOML": Fault(
        "version = 1",
        "version = ",
        None,
        "not TOML",
    ),
    "unknown catchment key": Fault(
        "[agents.gw1]",
        CATCHMENT.replace("run_off", "runoff"),
        "runoff_coefficient =",
        "did you mean 'run_off_coefficient'?",
    ),
    "more run-off than rain": Fault(
        "[agents.gw1]",
        CATCHMENT.replace("0.375", "37.5"),
        "run_off_coefficient =",
        "<= 1",
    ),
    "catchment of nobody": Fault(
        "[agents.gw1]",
        CATCHMENT.replace("author =", "# author ="),
        "[[facility.catchment]]",
        "the key 'author' is missing",
    ),
    "catchment smaller than the full pond": Fault(
        "[agents.gw1]",
        CATCHMENT.replace("1000000.0", "174000.0"),
        "area_m2 =",
        "less than the full pond's own surface of 175000 m2",
    ),
    "two catchments of one day": Fault(
        "[agents.gw1]",
        CATCHMENT.replace("[agents.gw1]", CATCHMENT),
        None,
        "in the order of their valid_from, no two alike",
    ),
    "stage-storage that falls": Fault(
        "90000.0, 260000.0",
        "260000.0, 90000.0",
        "volume_m3 =",
        "must rise",
    ),
}
