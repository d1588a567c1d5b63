"""What the attributes of a NetCDF file say.

Source: CF Conventions 1.11; ACDD (Attribute Convention for Data Discovery) 1.3.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
import numpy as np

from api.datastreams.models import Datastream
from api.exports._head import FileHead
from api.http import times
from tailings import cf_names, file_metadata, quantities
from tailings.file_metadata import MeasuringPlace
from tailings.instants import rfc3339
from wire import quality

MISSING: Final = np.nan
"""The fill value of numbers: the only one that no result can be."""
NO_TESTS: Final = "none"
NOT_IN_A_WORD: Final = re.compile(r"[^A-Za-z0-9_.+@-]")
"""Of a word of flag_meanings (CF section 3.5): tests are joined by +, what else is left becomes _."""
TIME: Final = {
    "standard_name": "time",
    "long_name": "time",
    "units": "microseconds since 1970-01-01 00:00:00",
    "calendar": "standard",
    "axis": "T",
    "units_metadata": "leap_seconds: none",
}
FLAGS: Final = {
    "standard_name": "aggregate_quality_flag",
    "long_name": f"{file_metadata.SCHEME} flag",
    "flag_values": np.array([flag for flag, _ in quality.FLAGS], np.int8),
    "coverage_content_type": "qualityInformation",
    "flag_meanings": " ".join(meaning.replace(" ", "_") for _, meaning in quality.FLAGS),
}
PLACES: Final[Mapping[str, Mapping[str, str]]] = {
    "lat": {"standard_name": "latitude", "long_name": "latitude", "units": "degrees_north"},
    "lon": {"standard_name": "longitude", "long_name": "longitude", "units": "degrees_east"},
    "alt": {
        "standard_name": "altitude",
        "long_name": "elevation above the vertical datum",
        "units": "m",
        "positive": "up",
        "axis": "Z",
    },
}
CONVENTIONS: Final = "CF-1.11, ACDD-1.3"


def result(datastream: Datastream, name: str, is_aligned: bool) -> dict[str, Any]:
    """Return the attributes of the results of a quantity."""
    titles = {one.name: one.title for one in quantities.QUANTITIES}
    found = {
        "long_name": titles.get(datastream.quantity, datastream.quantity),
        "units": cf_names.udunits(datastream.unit),
        "ucum_unit": datastream.unit,
        "cell_methods": "time: mean" if is_aligned else "time: point",
        "ancillary_variables": f"{name}_qc {name}_tests",
        "grid_mapping": "crs",
        "coverage_content_type": "physicalMeasurement",
    }
    if standard_name := cf_names.standard_name(datastream.quantity):
        found["standard_name"] = standard_name
    if datastream.unit in cf_names.TEMPERATURES:
        found["units_metadata"] = "temperature: on_scale"
    return found


def tests(names: Sequence[str]) -> dict[str, Any]:
    """Return the attributes of the tests: the number of a set is its place in the list."""
    return {
        "standard_name": "quality_flag",
        "long_name": f"{file_metadata.SCHEME} tests behind the flag",
        "coverage_content_type": "qualityInformation",
        "flag_values": np.arange(len(names), dtype=np.int16),
        "flag_meanings": " ".join(NOT_IN_A_WORD.sub("_", name.replace(",", "+")) for name in names),
    }


def grid_mapping(place: MeasuringPlace) -> dict[str, str]:
    """Return by what reference systems the degrees and the metres are meant."""
    told = {"grid_mapping_name": "latitude_longitude", "long_name": "reference systems"}
    if place.crs:
        told["epsg_code"] = place.crs
    if place.vertical_datum:
        told["geopotential_datum_name"] = place.vertical_datum
    return told


def of_file(head: FileHead, span_us: Sequence[int]) -> dict[str, Any]:
    """Return the attributes of the whole file; span_us: the times of its first and its last observation, if any."""
    datastreams = [part.datastream for part in head.parts]
    known_at = rfc3339(head.known_at)
    told: dict[str, Any] = {
        "Conventions": CONVENTIONS,
        "featureType": "timeSeries",
        "cdm_data_type": "Station",
        "title": head.title,
        "summary": head.citation,
        "keywords": ", ".join(dict.fromkeys(one.quantity for one in datastreams)),
        "id": f"{'+'.join(one.name for one in datastreams)}@{known_at}",
        "naming_authority": urlsplit(head.address).hostname or "",
        "license": head.licence,
        "creator_name": head.creator,
        "creator_type": "institution",
        "institution": head.creator,
        "publisher_name": head.creator,
        "publisher_url": head.address.partition("/api/")[0],
        "date_created": known_at,
        "source": ", ".join(sorted({one.origin for one in datastreams})),
        "history": f"{known_at} {head.address}",
        "references": head.address,
        "citation": head.citation,
        "standard_name_vocabulary": cf_names.STANDARD_NAME_TABLE,
        file_metadata.KEY: msgspec.json.encode(head.document).decode(),
    }
    if span_us:
        told |= _time_coverage(span_us)
    steps = {one.expected_interval_s for one in datastreams} if head.aligned is None else {head.aligned["interval_s"]}
    if len(steps) == 1 and (step := steps.pop()) is not None:
        told["time_coverage_resolution"] = f"PT{_seconds(step)}S"
    return told | _geospatial([head.place(part) for part in head.parts])


def _time_coverage(span_us: Sequence[int]) -> dict[str, str]:
    first, last = (times.from_microseconds(time_us) for time_us in span_us)
    return {
        "time_coverage_start": rfc3339(first),
        "time_coverage_end": rfc3339(last),
        "time_coverage_duration": f"PT{_seconds((last - first).total_seconds())}S",
    }


def _seconds(number: float) -> str:
    """As a duration of ISO 8601 has them: decimals, and never a power of ten."""
    return f"{number:.6f}".rstrip("0").rstrip(".")


def _geospatial(places: Sequence[MeasuringPlace]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, values in {
        "lat": [place.lat for place in places if place.lat is not None],
        "lon": [place.lon for place in places if place.lon is not None],
        "vertical": [place.elevation_m for place in places if place.elevation_m is not None],
    }.items():
        if values:
            told |= {f"geospatial_{name}_min": min(values), f"geospatial_{name}_max": max(values)}
    if "geospatial_lat_min" in told:
        told |= {"geospatial_lat_units": "degrees_north", "geospatial_lon_units": "degrees_east"}
        told["geospatial_bounds_crs"] = places[0].crs
        south, north, west, east = (told[f"geospatial_{one}"] for one in ("lat_min", "lat_max", "lon_min", "lon_max"))
        corners = [(south, west), (south, east), (north, east), (north, west), (south, west)]
        told["geospatial_bounds"] = f"POLYGON (({', '.join(f'{lat} {lon}' for lat, lon in corners)}))"
    if "geospatial_vertical_min" in told:
        told |= {"geospatial_vertical_units": "m", "geospatial_vertical_positive": "up"}
        told["geospatial_bounds_vertical_crs"] = next(filter(None, (place.vertical_datum for place in places)), "")
    return told
