"""Simulations of the boards' circuits by ngspice, each result against its limit: `python -m hardware.tools.simulate`.

A circuit of hardware/sim takes the parts of the boards by reference: `{i_r12}` is R12 of the instrument board, `m_` of
the main one, with the value of its item; `{m_d10_vbr}` is what values.toml says that the item at D10 does. What no part
states are models, by their name in values.toml. Each circuit runs with its values as they stand, with values drawn from
their tolerances (fixed seeds), and at the corners and points that limits.toml asks for; the worst of all runs counts.
Everything that comes out is simulated, not measured. A limit that the circuit does not meet yet says so by `open`: it
is shown, and it must stay unmet until that word is taken out.
"""

import argparse
import math
import random
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from hardware.tools import design, wire_reading

ROOT: Final = Path(__file__).parents[2] / "hardware"
SIM: Final = ROOT / "sim"
BOARDS: Final = {"i": "instrument", "m": "main"}
REFERENCE: Final = re.compile(r"\b([im]_[a-z]+\d+)(?:_([a-z]\w*))?\b")
SIZE: Final = re.compile(r"^([\d.]+) ?([kMunp]?)(Ohm|F)\b")
PREFIX: Final = {"": 1.0, "k": 1e3, "M": 1e6, "u": 1e-6, "n": 1e-9, "p": 1e-12}
TOLERANCES: Final = {"C0G": 0.05, "X7R": 0.1, "X5R": 0.1, "pulse": 0.01}
RESULT: Final = re.compile(r"^(\w+)\s*=\s*([-+\d.eE]+)", re.MULTILINE)
WITHIN_S: Final = 300
Values = dict[str, float]


class CannotSimulate(Exception):
    """ngspice is missing or refuses a circuit, or a value is not stated; the text says which."""


class Spread(NamedTuple):
    """A value and how far it may lie from it."""

    value: float
    low: float
    high: float


class Limit(NamedTuple):
    """What a result must keep to. `open`: why it is not kept yet; empty where it must be."""

    measure: str
    unit: str
    source: str
    low: float = float("-inf")
    high: float = float("inf")
    open: str = ""


class Outcome(NamedTuple):
    """A limit with the result of the values as they stand and the worst of all runs."""

    circuit: str
    limit: Limit
    nominal: float
    worst: float

    @property
    def is_met(self) -> bool:
        """By the worst run."""
        return self.limit.low <= self.worst <= self.limit.high

    @property
    def is_as_stated(self) -> bool:
        """Met, or unmet where the limit says so."""
        return self.is_met != bool(self.limit.open)


def size(text: str) -> Spread:
    """A part's value as the bill of materials writes it, such as `22 kOhm 1%` or `470 pF C0G 50 V`."""
    found = SIZE.match(text)
    if found is None:
        raise CannotSimulate(f"{text!r} is no value; write it as 22 kOhm 1% or 470 pF C0G 50 V")
    value = float(found[1]) * PREFIX[found[2]]
    percent = re.search(r"([\d.]+) ?%", text)
    named = (share for word, share in TOLERANCES.items() if word in text)
    part = float(percent[1]) / 100 if percent else next(named, 0.05)
    return Spread(value, value * (1 - part), value * (1 + part))


def parts(boards: Mapping[str, design.Design]) -> dict[str, design.Item]:
    """The item of each part by its name in the circuits: `i_r12` is R12 of the instrument board."""
    return {f"{letter}_{ref.lower()}": part.item for letter, one in boards.items() for ref, part in one.parts.items()}


def spreads(circuit: str, items: Mapping[str, design.Item], changed: Mapping[str, float]) -> dict[str, Spread]:
    """All values that a circuit names; `changed` ones stand without a tolerance. Raises CannotSimulate."""
    values = tomllib.loads((SIM / "values.toml").read_text())
    found = {name: _spread(one) for name, one in values["models"].items() if re.search(rf"\b{name}\b", circuit)}
    for part, trait in dict.fromkeys(REFERENCE.findall(circuit)):
        if part not in items:
            raise CannotSimulate(f"{part}: no part of that name on the boards")
        if not trait:
            found[part] = size(items[part].value)
        elif trait in values["items"].get(items[part].key, {}):
            found[f"{part}_{trait}"] = _spread(values["items"][items[part].key][trait])
        else:
            raise CannotSimulate(f"{part}: values.toml does not say the {trait} of {items[part].key}")
    return {**found, **{name: Spread(value, value, value) for name, value in changed.items()}}


def _spread(one: Mapping[str, Any]) -> Spread:
    return Spread(one["value"], one["low"], one["high"])


def ngspice(text: str, values: Values) -> Values:
    """Run a circuit and return what it printed. Raises CannotSimulate."""
    title, _, body = text.partition("\n")
    given = "".join(f".param {name}={value!r}\n" for name, value in values.items())
    with tempfile.NamedTemporaryFile("w", suffix=".cir") as file:
        file.write(f"{title}\n{given}{body}")
        file.flush()
        try:
            done = subprocess.run(["ngspice", "-b", file.name], capture_output=True, text=True, timeout=WITHIN_S)
        except FileNotFoundError as error:
            raise CannotSimulate("ngspice is not installed: apt-get install --no-install-recommends ngspice") from error
        except subprocess.TimeoutExpired as error:
            raise CannotSimulate(f"{title.strip('* ')}: no end within {WITHIN_S} s") from error
    found: Values = {}
    for name, value in RESULT.findall(done.stdout):
        found[name] = max(found.get(name, float("-inf")), float(value))  # of a result that comes again the largest
    if not found:
        raise CannotSimulate(f"{title.strip('* ')}: {(done.stderr or done.stdout).strip()[-400:]}")
    return found


def draws(table: Mapping[str, Spread], runs: int, seed: str) -> Iterator[Values]:
    """The values as they stand, both ends of all at once, then drawn evenly from their spreads."""
    yield {name: one.value for name, one in table.items()}
    if runs:
        yield {name: one.low for name, one in table.items()}
        yield {name: one.high for name, one in table.items()}
    chance = random.Random(seed)
    for _ in range(runs):
        yield {name: chance.uniform(one.low, one.high) for name, one in table.items()}


def points(table: Mapping[str, Spread], named: Sequence[Mapping[str, float | str]]) -> Iterator[Values]:
    """The values as they stand but those that a point of limits.toml names: a number, or the end of its spread."""
    for point in named:
        ends = {name: getattr(table[name], end) if isinstance(end, str) else end for name, end in point.items()}
        yield {**{name: one.value for name, one in table.items()}, **ends}


def corners(table: Mapping[str, Spread], run: Callable[[Values], Values], limits: Sequence[Limit]) -> Iterator[Values]:
    """For each limit the ends of all values that push its result that way, each value as it pushes alone."""
    usual = {name: one.value for name, one in table.items()}
    spread = [name for name, one in table.items() if one.low < one.high]
    low = {name: run({**usual, name: table[name].low}) for name in spread}
    high = {name: run({**usual, name: table[name].high}) for name in spread}
    found: list[Values] = []
    for limit in limits:
        for is_up in [end for end, side in ((True, limit.high), (False, limit.low)) if math.isfinite(side)]:
            worst = dict(usual)
            for name in spread:
                rises = high[name][limit.measure] > low[name][limit.measure]
                worst[name] = table[name].high if rises == is_up else table[name].low
            if worst not in found:
                found.append(worst)
    yield from found


def limits_of(name: str, table: Mapping[str, Spread]) -> tuple[list[Limit], dict[str, Any]]:
    """(limits, the rest) of a circuit of limits.toml; a limit that names a part's trait has the trait's value."""
    one = tomllib.loads((SIM / "limits.toml").read_text())[name]
    limits = []
    for limit in one.pop("limits"):
        ends = {end: table[limit[end]].value for end in ("low", "high") if isinstance(limit.get(end), str)}
        limits.append(Limit(**{**limit, **ends}))
    return limits, one


def simulate(name: str, changed: Mapping[str, float] | None = None, runs: int | None = None) -> list[Outcome]:
    """The outcomes of a circuit of limits.toml. changed: values by name that are not as designed (a control)."""
    text = (SIM / f"{name.partition('-')[0]}.cir").read_text()
    items = parts({letter: design.read(board) for letter, board in BOARDS.items()})
    named = re.findall(r'(?:low|high) = "(\w+)"', (SIM / "limits.toml").read_text())
    ends = spreads(" ".join(named), items, {})
    limits, usual = limits_of(name, ends)
    table = spreads(text, items, changed or {})

    def run(values: Values) -> Values:
        return wire_reading.RUNS[name](text, values) if name in wire_reading.RUNS else ngspice(text, values)

    chosen = list(draws(table, usual["runs"] if runs is None else runs, name))
    if runs is None:
        chosen += points(table, usual.get("points", []))
        chosen += corners(table, run, limits) if usual.get("corners") else []
    results = [run(values) for values in chosen]
    return [_outcome(name, limit, [one[limit.measure] for one in results]) for limit in limits]


def _outcome(name: str, limit: Limit, found: Sequence[float]) -> Outcome:
    worst = max(found, key=lambda value: max(limit.low - value, value - limit.high))
    return Outcome(name, limit, found[0], worst)


def lines(found: Sequence[Outcome]) -> Iterator[str]:
    """A table for a person."""
    yield f"{'circuit':10} {'result':18} {'simulated':>11} {'worst':>11} {'limit':>22}"
    for one in found:
        low, high = one.limit.low, one.limit.high
        span = f"{'' if low == float('-inf') else f'{low:g}'} .. {'' if high == float('inf') else f'{high:g}'}"
        words = "" if one.is_met and not one.limit.open else "  MET, take `open` out" if one.is_met else "  NOT MET"
        yield (
            f"{one.circuit:10} {one.limit.measure:18} {one.nominal:11.4g} {one.worst:11.4g} "
            f"{span + ' ' + one.limit.unit:>22}{words}{': ' + one.limit.open if one.limit.open else ''}"
        )


def main(words: Sequence[str] | None = None) -> int:
    """Simulate all circuits, or those that are named; exit code 1 where a result is not as its limit says."""
    parser = argparse.ArgumentParser(description="Simulate the boards' circuits against their limits.")
    names = list(tomllib.loads((SIM / "limits.toml").read_text()))
    parser.add_argument("circuits", nargs="*", choices=[*names, []], help="all without any")
    chosen: Any = parser.parse_args(words).circuits or names
    try:
        found = [one for name in chosen for one in simulate(name)]
    except CannotSimulate as error:
        print(f"simulate: {error}", file=sys.stderr)
        return 1
    for line in lines(found):
        print(line)
    return 0 if all(one.is_as_stated for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
