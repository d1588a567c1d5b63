"""Findings in English, each as what is so and what to do; the one place where their words stand."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from tailings.facility.lint.finding import Finding
from tailings.time_span import span

Values = Mapping[str, Any]
MOST_NAMED: Final = 3
S_PER_H: Final = 3600.0


class Sentence(NamedTuple):
    """A finding in words: what is so, and the fix."""

    what: str
    fix: str


def describe(finding: Finding) -> Sentence:
    """A finding in words."""
    return SENTENCES[finding.code](finding.values)


def number(value: float, beside: float | None = None) -> str:
    """A value with six digits, or with nine where it would read as the one beside it and is another."""
    is_alike = beside is not None and f"{value:.6g}" == f"{beside:.6g}"
    return f"{value:.9g}" if is_alike else f"{value:.6g}"


def _level_out_of_reach(values: Values) -> Sentence:
    if math.isnan(values["end"]):
        what = f"{values['level']} can never be met: no value of {_tested(values)} passes. {_failed_tests(values)}"
        return Sentence(what, "Correct the ranges or the formula, or test another datastream.")
    outmost = "highest" if values["side"] == "above" else "lowest"
    trigger, end = number(values["trigger"], values["end"]), number(values["end"], values["trigger"])
    unit = values["unit"]
    what = (
        f"{values['level']} needs {_tested(values)} {values['side']} {trigger} {unit}, and the {outmost} value that "
        f"passes is {end} {unit}. {_failed_tests(values)}"
    )
    if values["most"] is not None:
        what += f" The instrument and its formula give {number(values['most'])} {unit} at most."
    back = "below" if values["side"] == "above" else "above"
    return Sentence(what, f"Let values {values['side']} {trigger} {unit} pass, or put the level {back} {end} {unit}.")


def _one_side_out_of_reach(values: Values) -> Sentence:
    said = _level_out_of_reach(values)
    return Sentence(f"To one of its two sides {said.what}", said.fix)


def _rate_out_of_reach(values: Values) -> Sentence:
    rate, unit = number(abs(values["trigger"])), values["unit"]
    if "span" in values:
        hours = number(values["over_s"] / S_PER_H)
        what = (
            f"{values['level']} needs {_tested(values)} to change by more than {number(values['needed'])} {unit} in "
            f"{hours} h, and the values that pass lie {number(values['span'])} {unit} apart."
        )
        return Sentence(what, "Make the rate smaller, or let a wider range of values pass.")
    what = (
        f"{values['level']} needs {_tested(values)} to change by {rate} {unit}/h, and a steady change passes up to "
        f"{number(abs(values['fastest']))} {unit}/h. {_failed_tests(values)}"
    )
    return Sentence(what, f"Let a steady change faster than {rate} {unit}/h pass, or test a smaller rate.")


def _end_near_level(values: Values) -> Sentence:
    what = (
        f"{values['level']} of {_tested(values)} is {number(values['trigger'])} {values['unit']}, and values "
        f"{values['side']} {number(values['end'])} {values['unit']} are flagged already, less than one hysteresis "
        f"({number(values['hysteresis'])}) away. {_failed_tests(values)}"
    )
    return Sentence(what, "Let a wider range of values pass: what is just past the level must count.")


def _worse_is_flagged(values: Values) -> Sentence:
    what = (
        f"values of {values['datastream']} {values['side']} {number(values['end'])} {values['unit']} are worse than "
        f"{values['level']} of plan {values['plan']} and are flagged: a leap past them between two readings calls "
        f"as suspect, and does not raise it. {_failed_tests(values)}"
    )
    most = "all" if math.isinf(values["most"]) else f"up to {number(values['most'])} {values['unit']}"
    if values["side"] == "below" and not math.isinf(values["most"]):
        most = f"down to {number(values['most'])} {values['unit']}"
    return Sentence(what, f"Let pass what the instrument can read ({most}); flag only what it cannot.")


def _rise_is_flagged(values: Values) -> Sentence:
    rate = f"{number(abs(values['rate_per_h']))} {values['unit']}/h"
    what = (
        f"a rise of {values['datastream']} from {values['begun']} ({number(values['from'])} {values['unit']}) to "
        f"{values['level']} within {values['rows']} readings is {rate}, and is flagged. {_failed_tests(values)}"
    )
    return Sentence(what, "Let that rate pass: what rises so fast in earnest must not be taken for a fault.")


def _level_cannot_clear(values: Values) -> Sentence:
    cleared = f"{number(values['cleared'])} {values['unit']}"
    what = (
        f"{values['level']} of {_tested(values)} clears at {cleared}, and what passes lies between "
        f"{number(values['low'])} and {number(values['high'])}: once raised it stands for ever."
    )
    return Sentence(what, "Make the hysteresis smaller, or let a wider range of values pass.")


def _levels_with_gap(values: Values) -> Sentence:
    return Sentence(
        f"plan {values['plan']} has no {' and no '.join(values['missing'])}: it goes to a worse level at once.",
        "State a level before, so that somebody looks earlier; or say in another plan what comes before.",
    )


def _worst_below_red(values: Values) -> Sentence:
    return Sentence(
        f"the worst level of plan {values['plan']} is {values['worst']}.",
        "State at which values people must leave (red), if this failure can get that far.",
    )


def _level_without_action(values: Values) -> Sentence:
    return Sentence(
        f"{values['level']} of plan {values['plan']} has no action: nobody knows what to do.",
        "Add actions with who, what and within_h.",
    )


def _action_without_time(values: Values) -> Sentence:
    return Sentence(f"nobody has to do this by any time: {values['what']!r}.", "Add within_h to the action.")


def _single_instrument(values: Values) -> Sentence:
    names = _named(values["instruments"])
    return Sentence(
        f"{values['worst']} of plan {values['plan']} cannot be seen without {names}: when one instrument fails, the "
        "plan is blind.",
        "Add a second instrument that sees this failure, in any = [...].",
    )


def _shared_correction(values: Values) -> Sentence:
    return Sentence(
        f"{values['worst']} of plan {values['plan']} rests on values that {_named(values['instruments'])} corrects: "
        "without it all of them are flagged at once.",
        "Add a second one, or a test of a datastream that does without it.",
    )


def _single_node(values: Values) -> Sentence:
    return Sentence(
        f"{values['worst']} of plan {values['plan']} cannot be seen without node {values['node']}: its instruments "
        "have one battery and one radio.",
        "Put an instrument that sees this failure on another node.",
    )


def _single_agent(values: Values) -> Sentence:
    return Sentence(
        f"all that {_named(values['plans'])} look at comes through agent {values['agent']}: while it is down, the "
        "centre sees nothing of it.",
        "Keep a spare gateway, and watch that somebody is told when it falls silent.",
    )


def _speaks_late(values: Values) -> Sentence:
    due = f", and its first action is due within {span(values['due_s'])}" if values["due_s"] is not None else ""
    return Sentence(
        f"{values['level']} of plan {values['plan']} is told {span(values['delay_s'])} after its trigger is first "
        f"past{due}.",
        "Ask for fewer readings (for_n, for_s), or measure more often, if that is too late.",
    )


def _limit_unwatched(values: Values) -> Sentence:
    return Sentence(
        f"nothing watches the minimum freeboard of {number(values['minimum'])} m: no datastream gives a freeboard.",
        "Add a datastream of the quantity freeboard (formula freeboard), or take the limit out.",
    )


def _uncertainty_not_stated(values: Values) -> Sentence:
    return Sentence(
        f"nothing says how far readings of {values['instrument']} may err ({_named(values['quantities'])}), and plans "
        "rest on them.",
        f'Add [[instruments."{values["instrument"]}".uncertainty]] with the terms of its certificate or data sheet.',
    )


def _channel_never_sent(values: Values) -> Sentence:
    sent = _named(values["sent"])
    return Sentence(
        f"driver {values['driver']} never sends {values['channel']}: a node sends {sent}.",
        f"Declare {sent} and derive the rest by a formula; where a logger or another program reads the instrument, say "
        f'driver = "{values["elsewhere"]}".',
    )


def _serial_twice(values: Values) -> Sentence:
    return Sentence(
        f"serial number {values['serial']} is that of {values['other']} too.",
        "Read the number on the instrument again; its calibration belongs to it.",
    )


def _sign_against_zero(values: Values) -> Sentence:
    return Sentence(
        f"the sign of {values['key']} = {values['value']:g} contradicts the zero reading: by the convention "
        f"{values['convention']} the digits then rise above {number(values['zero'])} under pressure, and those of a "
        "vibrating wire fall.",
        "Copy the factor with its sign from the calibration sheet, or correct the convention.",
    )


def _recipients_not_known(values: Values) -> Sentence:
    return Sentence("recipients are checked at the centre.", "Name its database (--database) to check them now.")


def _nobody_is_told(values: Values) -> Sentence:
    return Sentence(
        f"nobody is told of {_named(values['levels'])}: the centre has no recipient for it.",
        "Add a recipient on the page Alarms.",
    )


def _rota_gap(values: Values) -> Sentence:
    return Sentence(
        f"nobody is on duty from {values['start']:%Y-%m-%d %H:%M} to {values['stop']:%Y-%m-%d %H:%M}.",
        "Enter a stand-in or a shift on the page Recipients; until then alarms go to everybody of the rota.",
    )


def _tested(values: Values) -> str:
    """What is tested, in words."""
    if values["against"]:
        return f"{values['datastream']} held against {values['against']}"
    return str(values["datastream"])


def _failed_tests(values: Values) -> str:
    told = [_failed_test(one) for one in values["failed_tests"][:MOST_NAMED]]
    if not told:
        return "Nothing flags it: the formula gives no other values."
    more = len(values["failed_tests"]) - len(told)
    return "In the way: " + "; ".join(told) + (f"; and {more} more." if more else ".")


def _failed_test(one: Values) -> str:
    kind, _, reason = str(one["test"]).partition(".")
    if kind == "formula":
        return f"formula {one['formula']} of {one['datastream']}" + (f" ({reason})" if reason else "")
    if kind == "calibration":
        return f"{one['datastream']} has no calibration in force"
    if one["span"] is None:
        return f"{kind} of {one['datastream']}"
    low, high = one["span"]
    return f"{kind} of {one['datastream']}, which lets {_span(low, high)} {one['unit']} pass"


def _span(low: float, high: float) -> str:
    if math.isinf(low):
        return f"up to {number(high)}"
    return f"{number(low)} and more" if math.isinf(high) else f"{number(low)} to {number(high)}"


def _named(names: list[str]) -> str:
    return ", ".join(names)


SENTENCES: Final[Mapping[str, Callable[[Values], Sentence]]] = {
    "level-out-of-reach": _level_out_of_reach,
    "rate-out-of-reach": _rate_out_of_reach,
    "one-side-out-of-reach": _one_side_out_of_reach,
    "end-near-level": _end_near_level,
    "worse-is-flagged": _worse_is_flagged,
    "rise-is-flagged": _rise_is_flagged,
    "level-cannot-clear": _level_cannot_clear,
    "levels-with-gap": _levels_with_gap,
    "worst-below-red": _worst_below_red,
    "level-without-action": _level_without_action,
    "action-without-time": _action_without_time,
    "single-instrument": _single_instrument,
    "shared-correction": _shared_correction,
    "single-node": _single_node,
    "single-agent": _single_agent,
    "speaks-late": _speaks_late,
    "limit-unwatched": _limit_unwatched,
    "uncertainty-not-stated": _uncertainty_not_stated,
    "channel-never-sent": _channel_never_sent,
    "serial-twice": _serial_twice,
    "sign-against-zero": _sign_against_zero,
    "recipients-not-known": _recipients_not_known,
    "nobody-is-told": _nobody_is_told,
    "rota-gap": _rota_gap,
}
