"""A sum of rain, and a plan that calls a flood by it: texts that are put behind that of the test facility."""


def rain_sum(name: str, window_s: int) -> str:
    """A datastream with the sum of the rain of a window."""
    return f"""
[datastreams."{name}"]
quantity = "rain"
unit = "mm"
formula = "rain_sum"
inputs = {{ rain = "n01:rain.rain" }}
parameters = {{ window_s = {window_s} }}
"""


def rain_errs(*terms: str) -> str:
    """What is stated of the rain gauge."""
    return f"""
[[instruments."n01:rain".uncertainty]]
valid_from = 2024-06-12
terms = [{", ".join(terms)}]
"""


def flood_plan(name: str) -> str:
    """Red above 50 mm of a datastream."""
    return f"""
[tarp.flood]
failure_mode = "a flood"
approved_by = "Engineer of Record"
approved_on = 2024-07-01
[[tarp.flood.levels]]
level = "red"
when = {{ datastream = "{name}", test = "above", value = 50.0 }}
"""


OF_THE_READING = '{ quantity = "rain", kind = "accuracy", percent = 5.0 }'
OF_THE_STEP = '{ quantity = "rain", kind = "resolution", value = 0.2, unit = "mm" }'
