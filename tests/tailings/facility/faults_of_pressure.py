"""Facility files with one fault in what they say of the air: not stated, or vented or sealed with the wrong inputs."""

from tests.tailings.facility.faults import Fault

SEALED = 'driver = "vw_piezometer"\npressure = "absolute"\nmaker = "Geokon"\nmodel = "4500S"\nserial = "1912320"'
BAROMETER = ', temperature = "n02:vw1.temperature", barometer = "n01:baro.pressure"'
FAULTS = {
    "piezometer that says nothing": Fault(
        SEALED,
        SEALED.replace('pressure = "absolute"\n', ""),
        '[datastreams."n02:vw1.pressure"]',
        'n02:vw1 does not say what its pressure is against; add pressure = "vented" (a tube to the air)',
    ),
    "piezometer without a pressure": Fault(
        SEALED,
        SEALED.replace("absolute", "none"),
        '[datastreams."n02:vw1.pressure"]',
        "does not say what its pressure is against",
    ),
    "vented with a barometer": Fault(
        SEALED,
        SEALED.replace("absolute", "vented"),
        '[datastreams."n02:vw1.pressure"]',
        "has no air pressure in its reading (vented); drop the barometer input",
    ),
    "sealed without a barometer": Fault(
        BAROMETER,
        ', temperature = "n02:vw1.temperature"',
        '[datastreams."n02:vw1.pressure"]',
        "is sealed (absolute), so weather alone moves it by 0.3 m of water; name a barometer among the inputs",
    ),
    "pond gauge that says nothing": Fault(
        'driver = "pond_level"\npressure = "vented"\n',
        'driver = "pond_level"\n',
        '[instruments."n01:pond"]',
        'or pressure = "none" where it measures no pressure (radar, ultrasonic, float)',
    ),
    "sealed pond gauge in metres": Fault(
        'driver = "pond_level"\npressure = "vented"\n',
        'driver = "pond_level"\npressure = "absolute"\n',
        'pressure = "absolute"',
        "read its current and derive the level with a barometer (level_from_current)",
    ),
    "unknown pressure": Fault(
        'driver = "pond_level"\npressure = "vented"\n',
        'driver = "pond_level"\npressure = "gauge"\n',
        'pressure = "gauge"',
        "the value 'gauge' is not known",
    ),
}
