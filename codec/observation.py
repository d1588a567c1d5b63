"""Observations of a batch, one by one: how each is written, and what it must look like to be taken.

Beside them stand verdicts: what the tests say of an observation that was told before, once later ones are there.
"""

from codec import senml
from codec.batch_items import BatchObservation as BatchObservation
from codec.pack import value_of
from wire import BadPack, limits, quality
from wire.names import is_channel

OBSERVATION_LABELS = ("n", "t", "u", "v", "vs", "q", "qt", "cfg")
VERDICT = "verdict"  # the label in place of q
VERDICTS = (quality.PASS, quality.SUSPECT, quality.FAIL)  # none is ever taken back, and a missing value has none
VERDICT_LABELS = ("n", "t", "u", "v", VERDICT, "qt", "cfg")


def time_json(time_ms: int) -> str:
    """Unix seconds with the digits of the milliseconds, if there are any."""
    return f"{time_ms // 1000}.{time_ms % 1000:03d}" if time_ms % 1000 else str(time_ms // 1000)


def observation_json(row: BatchObservation, label: str = "q") -> str:
    """One observation as it stands in a batch, a verdict when its flag stands under that label."""
    name, time_ms, value, flag, tests, cfg, unit, missing = row
    if (value is None) != (flag == quality.MISSING):
        raise BadPack("q", "quality", name)
    if value is not None and value - value != 0:
        raise BadPack("v", "not-finite", name)
    shown = f'"v":{senml.number_json(value)}' if value is not None else f'"vs":"missing:{missing}"'
    in_unit = "" if unit is None else f',"u":{senml.text_json(unit)}'
    decided = "" if tests is None else f',"qt":"{tests}"'
    derived = "" if cfg is None else f',"cfg":{cfg}'
    return f'{{"n":"{name}","t":{time_json(time_ms)}{in_unit},{shown},"{label}":{flag}{decided}{derived}}}'


def check(fields: dict[str, object], allowed: tuple[str, ...]) -> None:
    """Raise BadPack for a label that this record must not have, or a value that its label does not take."""
    for label in fields:
        if label not in allowed:
            raise BadPack(label, "label", str(fields.get("n")))
    senml.check(fields)


def int_of(value: object, field: str) -> int:
    """The count that `value` is; raises BadPack."""
    if type(value) is not int or not 0 <= value <= limits.MAX_COUNT:
        raise BadPack(field, "integer", str(value))
    return value


def optional_int(fields: dict[str, object], field: str) -> int | None:
    """The count under a label, None without it; raises BadPack."""
    return int_of(fields[field], field) if field in fields else None


def time_ms_of(fields: dict[str, object]) -> int:
    """The absolute time of a record in Unix milliseconds; raises BadPack."""
    time_s = senml.number(fields.get("t"), "t", str(fields.get("n")))
    if time_s < limits.MIN_ABSOLUTE_TIME_S:
        raise BadPack("t", "relative-time", str(fields.get("n")))
    if time_s > limits.MAX_ABSOLUTE_TIME_S:
        raise BadPack("t", "time-in-milliseconds", str(fields.get("n")))
    return round(time_s * 1000)


def observation_of(name: str, local: str, fields: dict[str, object]) -> BatchObservation:
    """The observation that `fields` describe; raises BadPack."""
    check(fields, OBSERVATION_LABELS)
    if not is_channel(local):
        raise BadPack("n", "name", name)
    time_ms = time_ms_of(fields)
    value, missing, _ = value_of(local, fields)
    flag = fields.get("q")
    if type(flag) is not int or not quality.is_flag(flag) or (flag == quality.MISSING) != (value is None):
        raise BadPack("q", "quality", name)
    unit, tests = fields.get("u"), fields.get("qt")
    if unit is not None and not is_symbol(unit):
        raise BadPack("u", "unit", name)
    if tests is not None and not is_tests(tests):
        raise BadPack("qt", "tests", name)
    cfg = optional_int(fields, "cfg")
    shown = None if unit is None else str(unit)
    return BatchObservation(
        name, time_ms, value, flag, None if tests is None else str(tests), cfg=cfg, unit=shown, missing=missing
    )


def verdict_of(name: str, local: str, fields: dict[str, object]) -> BatchObservation:
    """The verdict that `fields` describe: the observation with the flag that it has now; raises BadPack."""
    check(fields, VERDICT_LABELS)
    flag = fields[VERDICT]
    if type(flag) is not int or flag not in VERDICTS:
        raise BadPack(VERDICT, "verdict", name)
    observed = {label: value for label, value in fields.items() if label != VERDICT}
    observed["q"] = flag
    return observation_of(name, local, observed)


def is_symbol(unit: object) -> bool:
    """Whether `unit` may be a UCUM unit: printable ASCII without spaces; tailings knows whether it is one."""
    return isinstance(unit, str) and 0 < len(unit) <= limits.MAX_ID and all("!" <= c <= "~" for c in unit)


def is_tests(tests: object) -> bool:
    """Whether `tests` are names of filters, or causes such as input.temperature, with commas between them."""
    return (
        isinstance(tests, str)
        and 0 < len(tests) <= limits.MAX_TEXT
        and all(part and all(_is_test_char(char) for char in part) for part in tests.split(","))
    )


def _is_test_char(char: str) -> bool:
    return "a" <= char <= "z" or "0" <= char <= "9" or char in "_.-"
