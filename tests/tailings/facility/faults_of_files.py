"""Faults in how a facility file says that loggers' files are read and which other senders are heard."""

from tests.tailings.facility.faults import Fault

MAPPING_BEFORE = "# --- n01: the gateway's own instruments"
MAPPING = """[mappings.shed]
header = "toa5"
time_column = "TIMESTAMP"
time_zone = "UTC+01:00"
units = { "BP_mbar" = "mbar" }
[mappings.shed.columns]
"BP_mbar" = "n01:baro.pressure"
"Lvl" = "n01:pond.level"
"""

FAULTS = {
    "mapping to an unknown datastream": Fault(
        MAPPING_BEFORE,
        MAPPING.replace("n01:baro.pressure", "n01:baro.presure") + MAPPING_BEFORE,
        '"BP_mbar" = "n01:baro.presure"',
        "'BP_mbar' leads to 'n01:baro.presure', which is no datastream; did you mean 'n01:baro.pressure'?",
    ),
    "mapping to a derived datastream": Fault(
        MAPPING_BEFORE,
        MAPPING.replace("n01:baro.pressure", "n07:vw1.pressure") + MAPPING_BEFORE,
        '"BP_mbar" = "n07:vw1.pressure"',
        "which is derived; only raw values come in",
    ),
    "mapping without a zone": Fault(
        MAPPING_BEFORE,
        MAPPING.replace('time_zone = "UTC+01:00"', "") + MAPPING_BEFORE,
        "[mappings.shed]",
        "the key 'time_zone' is missing; add it",
    ),
    "mapping with a zone that does not exist": Fault(
        MAPPING_BEFORE,
        MAPPING.replace("UTC+01:00", "Europe/Lissabon") + MAPPING_BEFORE,
        'time_zone = "Europe/Lissabon"',
        "'Europe/Lissabon' is no time zone; write Europe/Lisbon, UTC or UTC-06:00",
    ),
    "mapping with a unit of another kind": Fault(
        MAPPING_BEFORE,
        MAPPING.replace('"mbar"', '"Cel"') + MAPPING_BEFORE,
        "units = ",
        "'BP_mbar' in Cel is a temperature; n01:baro.pressure is in hPa",
    ),
    "mapping with an unknown unit": Fault(
        MAPPING_BEFORE,
        MAPPING.replace('"mbar"', '"mBar"') + MAPPING_BEFORE,
        "units = ",
        "did you mean 'mbar'?",
    ),
    "mapping with a unit of no column": Fault(
        MAPPING_BEFORE,
        MAPPING.replace('{ "BP_mbar" =', '{ "BP_bar" =') + MAPPING_BEFORE,
        "units = ",
        "there is no column 'BP_bar' in this mapping; did you mean 'BP_mbar'?",
    ),
    "mapping of two columns to one datastream": Fault(
        MAPPING_BEFORE,
        MAPPING.replace("n01:pond.level", "n01:baro.pressure") + MAPPING_BEFORE,
        '"Lvl" = ',
        "'BP_mbar' and 'Lvl' lead to one datastream",
    ),
    "agent that listens to everything": Fault(
        "[agents.gw1]\n",
        '[agents.gw1]\nlistens = ["#"]\n',
        "listens",
        "cannot be listened to: write a topic of another maker",
    ),
    "agent that listens to our own topics": Fault(
        "[agents.gw1]\n",
        '[agents.gw1]\nlistens = ["tw/1/vale/n07/obs"]\n',
        "listens",
        "cannot be listened to: write a topic of another maker",
    ),
    "agent that listens to a rest": Fault(
        "[agents.gw1]\n",
        '[agents.gw1]\nlistens = ["application/7/#"]\n',
        "listens",
        "cannot be listened to: write a topic of another maker",
    ),
    "agent that listens to half a level": Fault(
        "[agents.gw1]\n",
        '[agents.gw1]\nlistens = ["application/7/dev+"]\n',
        "listens",
        "cannot be listened to: write a topic of another maker",
    ),
    "agent that listens to a line of the access list": Fault(
        "[agents.gw1]\n",
        '[agents.gw1]\nlistens = ["a\\nuser root"]\n',
        "listens",
        "cannot be listened to: write a topic of another maker",
    ),
}
