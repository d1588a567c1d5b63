"""Origins of tonnes and money: the formula of each, and every input that it is drawn from."""

from __future__ import annotations

from api.dashboard.value.amounts import figures, millions, percent, signed
from api.shapes.origin import OriginStep
from tailings.estimate.outcomes import p90_p50_p10
from tailings.series import Values

from . import dam, inputs
from .inputs import Steps
from .known import Known


def net(known: Known, of: str) -> Steps:
    """Net value, its interval, the chance of a loss, and each class of the histogram."""
    drawn = known.plain
    says = [known.say("loss", loss=percent(drawn.chance_of_loss)), *_draws(known), *factors(known)]
    top = _money(known, "net", drawn.net, says)
    return [top, _formula(known, "net"), *inputs.all_named(known), *inputs.files(known)]


def today(known: Known, of: str) -> Steps:
    """Net value with what can be reached today."""
    top = _money(known, "today", known.today.net, [known.say("today_says", share=percent(known.can.reachable))])
    return [top, _formula(known, "net"), reach(known), _whole(known), *dam.reachable(known, "")[1:]]


def tonnes(known: Known, of: str) -> Steps:
    """Dry tonnes: volume times density."""
    top = _spread(known, "tonnes", known.plain.tonnes, "t", _draws(known))
    return [top, _formula(known, "tonnes"), *_mass(known)]


def paid(known: Known, of: str) -> Steps:
    """Recoverable value of all commodities, and of the uses of the mass."""
    top = _money(known, "paid", known.plain.recovered_value, _draws(known))
    return [top, _formula(known, "paid"), *_mass(known), *_all_elements(known, ("grade", "recovery", "price"))]


def in_situ(known: Known, of: str) -> Steps:
    """In-situ value, which says nothing alone."""
    top = _money(known, "in_situ", known.plain.in_situ, _draws(known))
    return [top, _formula(known, "in_situ"), *_mass(known), *_all_elements(known, ("grade", "price"))]


def contained(known: Known, of: str) -> Steps:
    """Tonnes of an element in the waste."""
    known.of_element(of)
    top = _spread(known, "contained", known.plain.contained[of], "t", _draws(known), of)
    return [top, _formula(known, "contained"), *_mass(known), *_element(known, of, ("grade",)), *inputs.files(known)]


def recoverable(known: Known, of: str) -> Steps:
    """Tonnes of an element that are recovered."""
    known.of_element(of)
    top = _spread(known, "recoverable", known.plain.recoverable[of], "t", _draws(known), of)
    parts = _element(known, of, ("grade", "recovery"))
    return [top, _formula(known, "recoverable"), *_mass(known), *parts, *inputs.files(known)]


def value(known: Known, of: str) -> Steps:
    """Recoverable value of an element, each factor at its middle."""
    known.of_element(of)
    line = next(one for one in known.study.result.case.commodities if one.element == of)
    middle = p90_p50_p10(known.plain.recoverable[of])[1] * line.price.mid * line.payability
    top = OriginStep(
        kind="figure", name=known.say("value", element=of), value=f"{millions(middle, 3)} M USD", p50=middle, unit="USD"
    )
    parts = _element(known, of, ("grade", "recovery", "price"))
    return [top, _formula(known, "value"), *_mass(known), *parts, *inputs.files(known)]


def reach(known: Known) -> OriginStep:
    """The share that can be reached now, as a step."""
    return OriginStep(
        kind="share", name=known.say("reachable"), value=f"{percent(known.can.reachable)} %", p50=known.can.reachable,
        figure="reachable",
    )  # fmt: skip


def _whole(known: Known) -> OriginStep:
    return OriginStep(
        kind="figure", name=known.say("net"), value=f"{signed(known.study.result.net[1])} M USD", figure="net"
    )


def _mass(known: Known) -> Steps:
    return [*inputs.named(known, "volume"), *inputs.named(known, "density")]


def _element(known: Known, of: str, kinds: tuple[str, ...]) -> Steps:
    return [step for kind in kinds for step in inputs.named(known, f"{kind} {of}")]


def _all_elements(known: Known, kinds: tuple[str, ...]) -> Steps:
    elements = [one.element for one in known.study.result.commodities]
    return [*(step for of in elements for step in _element(known, of, kinds)), *inputs.files(known)]


def _draws(known: Known) -> list[str]:
    result = known.study.result
    return [known.say("draws", draws=result.draws, seed=result.seed)]


def factors(known: Known) -> list[str]:
    """Say what the sliders ask, where they ask something."""
    inputs_words = known.texts["value"]["if"]["inputs"]
    asked = ", ".join(f"{inputs_words[name]} ×{factor:g}" for name, factor in known.factors.items())
    return [known.say("factors", asked=asked)] if asked else []


def _formula(known: Known, name: str) -> OriginStep:
    return OriginStep(kind="formula", name=known.say("formula"), says=[known.say(f"{name}_formula")])


def _money(known: Known, name: str, drawn: Values, says: list[str]) -> OriginStep:
    low, mid, high = p90_p50_p10(drawn)
    said = known.say("interval", low=signed(low), high=signed(high))
    return OriginStep(
        kind="figure", name=known.say(name), value=f"{signed(mid)} M USD", p90=low, p50=mid, p10=high, unit="USD",
        says=[said, *says],
    )  # fmt: skip


def _spread(known: Known, name: str, drawn: Values, unit: str, says: list[str], of: str = "") -> OriginStep:
    low, mid, high = p90_p50_p10(drawn)
    said = known.say("interval", low=figures(low, 3), high=figures(high, 3))
    return OriginStep(
        kind="figure", name=known.say(name, element=of), value=f"{figures(mid, 3)} {unit}", p90=low, p50=mid, p10=high,
        unit=unit, says=[said, *says],
    )  # fmt: skip
