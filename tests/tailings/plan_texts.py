"""A plan as text, that is put behind a facility file."""

from typing import Final

APPROVED: Final = 'approved_by = "Engineer of Record"\napproved_on = 2024-07-01\n'


TWO_DATASTREAMS: Final = f"""
[tarp.overtopping]
failure_mode = "overtopping"
{APPROVED}[[tarp.overtopping.levels]]
level = "yellow"
when = {{ datastream = "n01:pond.level", test = "above", value = 338.0, hysteresis = 0.2 }}
[[tarp.overtopping.levels]]
level = "red"
when = {{ datastream = "n07:vw1.level", test = "above", value = 335.0 }}
"""
"""Yellow by the pond, red by a piezometer."""
OF_SUMMER: Final = f"""
[tarp.overtopping]
failure_mode = "overtopping"
{APPROVED}[[tarp.overtopping.levels]]
level = "yellow"
when = {{ any = [
  {{ datastream = "n01:pond.level", test = "above", value = 336.0, months = [6, 7, 8] }},
  {{ datastream = "n08:vw1.level", test = "above", value = 331.5 }},
] }}
"""
"""Yellow by the pond from June to August, by a piezometer at any time."""


def of_rates(*wells: str) -> str:
    """A plan whose yellow is a rise of more than 0.5 m in an hour at any of these instruments."""
    test = 'test = "above", value = 0.5, rate_over_s = 3600'
    tests = "".join(f'  {{ datastream = "{well}.level", {test} }},\n' for well in wells)
    level = f'[[tarp.erosion.levels]]\nlevel = "yellow"\nwhen = {{ any = [\n{tests}] }}\n'
    return f'\n[tarp.erosion]\nfailure_mode = "internal erosion"\n{APPROVED}{level}'


def plan(name: str, datastream: str, test: str, **levels: float) -> str:
    """A plan that is approved, of levels of one datastream."""
    said = [
        f'[[tarp.{name}.levels]]\nlevel = "{level}"\n'
        f'when = {{ datastream = "{datastream}", test = "{test}", value = {value} }}\n'
        for level, value in levels.items()
    ]
    return f'\n[tarp.{name}]\nfailure_mode = "{name}"\n{APPROVED}{"".join(said)}'
