"""Facility files with one fault in what is dated: a value without its day, a list that does not belong there."""

from tests.tailings.facility.faults import Fault

FAULTS = {
    "crest without a date": Fault(
        "minimum_freeboard_m = 1.5\n",
        "minimum_freeboard_m = 1.5\ncrest_m = 342.0\n",
        "crest_m = 342.0",
        "write [[facility.geometry]] with valid_from = 2024-06-12 (the day from which it holds) and crest_m",
    ),
    "tip without a date": Fault(
        'serial = "1912320"\n',
        'serial = "1912320"\ntip_elevation_m = 312.1\n',
        "tip_elevation_m = 312.1",
        'write [[instruments."n02:vw1".geometry]] with valid_from',
    ),
    "ground without a date": Fault(
        'name = "Section A"\n',
        'name = "Section A"\nground = [[0.0, 1.0], [1.0, 0.0]]\n',
        "ground = [[0.0",
        "write [[sections.a.geometry]] with valid_from",
    ),
    "crest of no day": Fault(
        "[[facility.geometry]]\nvalid_from = 2024-06-12\n",
        "[[facility.geometry]]\n",
        "[[facility.geometry]]",
        "the crest has no date; add valid_from",
    ),
    "geometry of a raw datastream": Fault(
        '[datastreams."n01:rain.rain"]\n',
        '[datastreams."n01:rain.rain"]\ngeometry = [{ valid_from = 2024-06-12, low_m = 1.0 }]\n',
        "geometry = [{",
        "remove its geometry",
    ),
}
