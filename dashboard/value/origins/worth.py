"""Origins of tonnes and money: the formula of each, and every input that it is drawn from."""

from __future__ import annotations

from api.http.errors import NotFound
from api.studies.models import Spread
from api.studies.origin import OriginStep
from dashboard.value.amounts import figures, millions, percent, signed, signed_spread

from . import dam, inputs
from .inputs import Steps
from .known import KnownFacility


def net(known: KnownFacility, of: str) -> Steps:
    """Net value, its interval, the chance of a loss, and each class of the histogram."""
    drawn = known.drawn
    says = [known.say("loss", loss=percent(drawn.chance_of_loss)), *_draws(known), *factors(known)]
    top = _money(known, "net", drawn.net, says)
    return [top, _formula(known, "net"), *inputs.all_named(known), *inputs.files(known)]


def npv(known: KnownFacility, of: str) -> Steps:
    """Discounted net value: how, by whose rate and throughput; or what is missing for it."""
    drawn = known.drawn
    if drawn.npv is None or drawn.npv_chance_of_loss is None:
        return [OriginStep(kind="figure", name=known.say("npv"), says=[drawn.not_discounted]), *net(known, "")]
    loss = percent(drawn.npv_chance_of_loss)
    top = _money(known, "npv", drawn.npv, [known.say("loss", loss=loss), *_draws(known), *factors(known)])
    return [top, _formula(known, "npv"), *_stated(known), *net(known, "")]


def rate(known: KnownFacility, of: str) -> Steps:
    """The exchange rate, or that the study's money is that of the price rows."""
    top = OriginStep(kind="figure", name=known.say("currency"), value=known.currency)
    return [top, *inputs.rate(known), inputs.study(known)]


def _stated(known: KnownFacility) -> Steps:
    """Discount rate and throughput, and the years that follow from it."""
    how, stated, years = known.result.case.discounting, known.inputs, known.drawn.years
    assert how is not None and years is not None
    assert stated.discount_rate is not None and stated.throughput is not None
    spread = _spread(known, "years", years, known.say("years_unit"), [known.say("years_formula")])
    return [
        OriginStep(
            kind="assumption",
            name=known.say("discount_rate"),
            value=f"{100 * how.rate:g} %",
            p50=how.rate,
            unit="1/a",
            author=stated.discount_rate.author,
            dated=stated.discount_rate.dated,
            source=stated.discount_rate.source,
        ),
        OriginStep(
            kind="assumption",
            name=known.say("throughput"),
            value=f"{figures(how.tonnes_per_year, 3)} t",
            p50=how.tonnes_per_year,
            unit="t/a, dry",
            says=[known.say(f"flows_{how.cash_flows}")],
            author=stated.throughput.author,
            dated=stated.throughput.dated,
            source=stated.throughput.source,
        ),
        spread.model_copy(update={"kind": "estimate"}),
    ]


def today(known: KnownFacility, of: str) -> Steps:
    """Net value with what can be reached today."""
    says = [known.say("today_says", share=percent(known.can.reachable))]
    reached = known.valued.now.reached
    if reached.npv is not None:
        words = signed_spread(reached.npv.p90, reached.npv.p50, reached.npv.p10)
        says.append(known.say("today_npv", p90=words[0], p50=words[1], p10=words[2], money=known.currency))
    top = _money(known, "today", reached.net, says)
    return [top, _formula(known, "net"), reach(known), _whole(known), *dam.reachable(known, "")[1:]]


def tonnes(known: KnownFacility, of: str) -> Steps:
    """Dry tonnes: volume times density."""
    top = _spread(known, "tonnes", known.drawn.dry_tonnes, "t", _draws(known))
    return [top, _formula(known, "tonnes"), *_mass(known)]


def paid(known: KnownFacility, of: str) -> Steps:
    """Recoverable value of all commodities, and of the uses of the mass."""
    top = _money(known, "paid", known.drawn.recoverable_value, _draws(known))
    parts = _all_elements(known, ("grade", "recovery", "price"))
    return [top, _formula(known, "paid"), *_mass(known), *parts, *inputs.rate(known)]


def in_situ(known: KnownFacility, of: str) -> Steps:
    """In-situ value, which says nothing alone."""
    top = _money(known, "in_situ", known.drawn.in_situ_value, _draws(known))
    parts = _all_elements(known, ("grade", "price"))
    return [top, _formula(known, "in_situ"), *_mass(known), *parts, *inputs.rate(known)]


def contained(known: KnownFacility, of: str) -> Steps:
    """Tonnes of an element in the waste."""
    top = _spread(known, "contained", known.of_commodity(of).contained_t, "t", _draws(known), of=of)
    return [top, _formula(known, "contained"), *_mass(known), *_element(known, of, ("grade",)), *inputs.files(known)]


def recoverable(known: KnownFacility, of: str) -> Steps:
    """Tonnes of an element that are recovered."""
    top = _spread(known, "recoverable", known.of_commodity(of).recoverable_t, "t", _draws(known), of=of)
    parts = _element(known, of, ("grade", "recovery"))
    return [top, _formula(known, "recoverable"), *_mass(known), *parts, *inputs.files(known)]


def value(known: KnownFacility, of: str) -> Steps:
    """Recoverable value of an element, each factor at its middle."""
    middle = known.of_commodity(of).value
    top = OriginStep(
        kind="figure",
        name=known.say("value", element=of),
        value=f"{millions(middle, 3)} M {known.currency}",
        p50=middle,
        unit=known.currency,
    )
    parts = [*_element(known, of, ("grade", "recovery", "price")), *inputs.rate(known)]
    return [top, _formula(known, "value"), *_mass(known), *parts, *inputs.files(known)]


def use(known: KnownFacility, of: str) -> Steps:
    """Value of a use of the mass, such as sand."""
    found = next((one for one in known.result.case.bulk if one.name == of), None)
    if found is None:
        raise NotFound(f"The study has no use {of!r}.", "figure")
    money = known.drawn.uses[of]
    top = OriginStep(
        kind="figure",
        name=known.say("use", name=of),
        value=f"{millions(money.p50, 3)} M {known.currency}",
        p90=money.p90,
        p50=money.p50,
        p10=money.p10,
        unit=known.currency,
        says=_draws(known),
    )
    says = known.say("use_formula", share=percent(found.share))
    formula = OriginStep(kind="formula", name=known.say("formula"), says=[says])
    return [top, formula, *_mass(known), *inputs.named(known, f"price {of}")]


def reach(known: KnownFacility) -> OriginStep:
    """The share that can be reached now, as a step."""
    return OriginStep(
        kind="share",
        name=known.say("reachable"),
        value=f"{percent(known.can.reachable)} %",
        p50=known.can.reachable,
        figure="reachable",
    )


def _whole(known: KnownFacility) -> OriginStep:
    value = f"{signed(known.result.net[1])} M {known.currency}"
    return OriginStep(kind="figure", name=known.say("net"), value=value, figure="net")


def _mass(known: KnownFacility) -> Steps:
    return [*inputs.named(known, "volume"), *inputs.named(known, "density")]


def _element(known: KnownFacility, of: str, kinds: tuple[str, ...]) -> Steps:
    return [step for kind in kinds for step in inputs.named(known, f"{kind} {of}")]


def _all_elements(known: KnownFacility, kinds: tuple[str, ...]) -> Steps:
    elements = [one.element for one in known.result.commodities]
    return [*(step for of in elements for step in _element(known, of, kinds)), *inputs.files(known)]


def _draws(known: KnownFacility) -> list[str]:
    result = known.result
    return [known.say("draws", draws=result.draws, seed=result.seed)]


def factors(known: KnownFacility) -> list[str]:
    """Say what the sliders ask, where they ask something."""
    inputs_words = known.texts["value"]["if"]["inputs"]
    asked = ", ".join(f"{inputs_words[name]} ×{factor:g}" for name, factor in known.factors.items())
    return [known.say("factors", asked=asked)] if asked else []


def _formula(known: KnownFacility, name: str) -> OriginStep:
    return OriginStep(kind="formula", name=known.say("formula"), says=[known.say(f"{name}_formula")])


def _money(known: KnownFacility, name: str, drawn: Spread, says: list[str]) -> OriginStep:
    low, mid, high = drawn.p90, drawn.p50, drawn.p10
    low_words, mid_words, high_words = signed_spread(low, mid, high)
    said = known.say("interval", low=low_words, high=high_words)
    return OriginStep(
        kind="figure",
        name=known.say(name),
        value=f"{mid_words} M {known.currency}",
        p90=low,
        p50=mid,
        p10=high,
        unit=known.currency,
        says=[said, *says],
    )


def _spread(known: KnownFacility, name: str, drawn: Spread, unit: str, says: list[str], of: str = "") -> OriginStep:
    low, mid, high = drawn.p90, drawn.p50, drawn.p10
    said = known.say("interval", low=figures(low, 3), high=figures(high, 3))
    return OriginStep(
        kind="figure",
        name=known.say(name, element=of),
        value=f"{figures(mid, 3)} {unit}",
        p90=low,
        p50=mid,
        p10=high,
        unit=unit,
        says=[said, *says],
    )
