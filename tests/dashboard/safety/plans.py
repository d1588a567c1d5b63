"""Plans for the test facility: two in force until 2030, one that nobody approved, one of several conditions."""

from typing import Final

APPROVED: Final = 'approved_by = "Engineer of Record"\napproved_on = 2026-03-03\nvalid_to = 2030-12-31\n'
PLANS: Final = f"""
[tarp.pore-pressure]
failure_mode = "Sliding of the downstream slope"
{APPROVED}
[[tarp.pore-pressure.levels]]
level = "yellow"
[tarp.pore-pressure.levels.when]
any = [
  {{ datastream = "n04:vw1.level", test = "above", value = 330.4, hysteresis = 0.05, for_n = 3 }},
  {{ datastream = "n03:vw1.level", test = "above", value = 327.0, hysteresis = 0.05, for_n = 3 }},
  {{ datastream = "n02:vw1.level", test = "above", value = 322.6, hysteresis = 0.05, for_n = 3 }},
]
[[tarp.pore-pressure.levels.actions]]
who = "Shift team B"
what = "Walk over benches 2 and 3, with photos"
within_h = 8
[[tarp.pore-pressure.levels.actions]]
who = "Duty EoR, Engineer of Record"
what = "Review section A"
within_h = 24
[[tarp.pore-pressure.levels]]
level = "orange"
[tarp.pore-pressure.levels.when]
any = [
  {{ datastream = "n04:vw1.level", test = "above", value = 330.9, hysteresis = 0.05 }},
  {{ datastream = "n03:vw1.level", test = "above", value = 327.5, hysteresis = 0.05 }},
  {{ datastream = "n02:vw1.level", test = "above", value = 323.1, hysteresis = 0.05 }},
]
[[tarp.pore-pressure.levels]]
level = "red"
[tarp.pore-pressure.levels.when]
any = [
  {{ datastream = "n04:vw1.level", test = "above", value = 331.4, hysteresis = 0.05 }},
  {{ datastream = "n03:vw1.level", test = "above", value = 328.0, hysteresis = 0.05 }},
  {{ datastream = "n02:vw1.level", test = "above", value = 323.6, hysteresis = 0.05 }},
]

[tarp.overtopping]
failure_mode = "Overtopping"
{APPROVED}
[[tarp.overtopping.levels]]
level = "yellow"
when = {{ datastream = "n01:pond.level", test = "above", value = 340.0, hysteresis = 0.05 }}
[[tarp.overtopping.levels]]
level = "red"
when = {{ any = [
  {{ datastream = "n01:pond.level", test = "above", value = 340.5, hysteresis = 0.05 }},
  {{ all = [
    {{ datastream = "n05:vw1.level", test = "above", value = 330.0 }},
    {{ datastream = "n06:vw1.level", test = "above", value = 330.0 }},
  ] }},
] }}

[tarp.mild]
failure_mode = "Sliding, a second plan with a milder limit"
{APPROVED}
[[tarp.mild.levels]]
level = "yellow"
when = {{ datastream = "n04:vw1.level", test = "above", value = 330.6 }}

[tarp.draft]
failure_mode = "Nobody has approved this one"
[[tarp.draft.levels]]
level = "yellow"
when = {{ datastream = "n07:vw1.level", test = "above", value = 300.0 }}
"""
