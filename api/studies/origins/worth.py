"""Origins of tonnes and money: the formula of each, and every input that it is drawn from."""

from __future__ import annotations

from api.http.errors import NotFound
from api.studies.models import OutcomeSpread

from . import dam, inputs
from .inputs import Steps
from .known import KnownOrigin
from .models import NameCode, NoteCode, OriginName, OriginNote, OriginStep, name, note


def net(known: KnownOrigin, of: str) -> Steps:
    """Net value, its interval, the chance of a loss, and each class of the histogram."""
    drawn = known.drawn
    notes = [note("loss", loss_share=drawn.chance_of_loss), *_draws(known), *factors(known)]
    top = _money(known, "net", drawn.net, notes)
    return [top, _formula("net_formula"), *inputs.all_named(known), *inputs.files(known)]


def npv(known: KnownOrigin, of: str) -> Steps:
    """Discounted net value: how, by whose rate and throughput; or what is missing for it."""
    drawn = known.drawn
    if drawn.npv is None or drawn.npv_chance_of_loss is None:
        missing = note("not_discounted", missing=list(drawn.missing_for_discounting))
        return [OriginStep(kind="figure", name=name("npv"), notes=[missing]), *net(known, "")]
    notes = [note("loss", loss_share=drawn.npv_chance_of_loss), *_draws(known), *factors(known)]
    top = _money(known, "npv", drawn.npv, notes)
    return [top, _formula("npv_formula"), *_stated(known), *net(known, "")]


def rate(known: KnownOrigin, of: str) -> Steps:
    """The exchange rate, or that the study's money is that of the price rows."""
    return [inputs.quoted("figure", name("currency"), known.currency), *inputs.rate(known), inputs.study(known)]


def _stated(known: KnownOrigin) -> Steps:
    """Discount rate and throughput, and the years that follow from it."""
    how, stated, years = known.result.case.discounting, known.inputs, known.drawn.years
    assert how is not None and years is not None
    assert stated.discount_rate is not None and stated.throughput is not None
    return [
        OriginStep(
            kind="assumption",
            name=name("discount_rate"),
            p50=how.rate,
            unit="1/a",
            author=stated.discount_rate.author,
            dated=stated.discount_rate.dated,
            source=stated.discount_rate.source,
        ),
        OriginStep(
            kind="assumption",
            name=name("throughput"),
            p50=how.tonnes_per_year,
            unit="t/a",
            notes=[note("flows_mid" if how.cash_flows == "mid" else "flows_end")],
            author=stated.throughput.author,
            dated=stated.throughput.dated,
            source=stated.throughput.source,
        ),
        OriginStep(kind="estimate", name=name("years"), **years.model_dump(), unit="a", notes=[note("years_formula")]),
    ]


def today(known: KnownOrigin, of: str) -> Steps:
    """Net value with what can be reached today."""
    notes = [note("today", reachable_share=known.can.reachable)]
    notes += [note("open_grade", element=element, grade_share=share) for element, share in known.can.grades.items()]
    reached = known.now.reached
    if reached.npv is not None:
        notes.append(note("today_npv", **reached.npv.model_dump(), currency=known.currency))
    top = _money(known, "today", reached.net, notes)
    return [top, _formula("net_formula"), _reach(known), _whole(known), *dam.reachable(known, "")[1:]]


def tonnes(known: KnownOrigin, of: str) -> Steps:
    """Dry tonnes: volume times density."""
    top = _figure(name("tonnes"), known.drawn.dry_tonnes, "t", _draws(known))
    return [top, _formula("tonnes_formula"), *inputs.mass(known)]


def paid(known: KnownOrigin, of: str) -> Steps:
    """Recoverable value of all commodities, and of the uses of the mass."""
    top = _money(known, "paid", known.drawn.recoverable_value, _draws(known))
    parts = _all_elements(known, ("grade", "recovery", "price"))
    return [top, _formula("paid_formula"), *inputs.mass(known), *parts, *inputs.rate(known)]


def contained(known: KnownOrigin, of: str) -> Steps:
    """Tonnes of an element in the waste."""
    top = _figure(name("contained", element=of), known.of_commodity(of).contained_t, "t", _draws(known))
    parts = [*inputs.mass(known), *_element(known, of, ("grade",)), *inputs.files(known)]
    return [top, _formula("contained_formula"), *parts]


def recoverable(known: KnownOrigin, of: str) -> Steps:
    """Tonnes of an element that are recovered."""
    top = _figure(name("recoverable", element=of), known.of_commodity(of).recoverable_t, "t", _draws(known))
    parts = [*inputs.mass(known), *_element(known, of, ("grade", "recovery")), *inputs.files(known)]
    return [top, _formula("recoverable_formula"), *parts]


def value(known: KnownOrigin, of: str) -> Steps:
    """Recoverable value of an element, each factor at its middle."""
    middle = known.of_commodity(of).value
    top = OriginStep(kind="figure", name=name("value", element=of), p50=middle, unit=known.currency)
    parts = [*_element(known, of, ("grade", "recovery", "price")), *inputs.rate(known)]
    return [top, _formula("value_formula"), *inputs.mass(known), *parts, *inputs.files(known)]


def use(known: KnownOrigin, of: str) -> Steps:
    """Value of a use of the mass, such as sand."""
    found = next((one for one in known.result.case.bulk if one.name == of), None)
    if found is None:
        raise NotFound(f"The study has no use {of!r}.", "figure")
    top = _figure(name("use", name=of), known.drawn.uses[of], known.currency, _draws(known))
    formula = _formula("use_formula", used_share=found.share)
    return [top, formula, *inputs.mass(known), *inputs.named(known, f"price {of}")]


def step(known: KnownOrigin, of: str) -> Steps:
    """A step that the study states: what it brings to the decision, who says what it removes, and the draws."""
    asked = next((one for one in known.inputs.next_step if one.name == of), None)
    found = next((one for one in known.now.advice.steps if one.kind == "stated" and one.name == of), None)
    if asked is None or found is None:
        raise NotFound(f"The study has no next step {of!r}.", "figure")
    told = note("step", removed_share=asked.removes, plan=asked.plan)
    top = OriginStep(
        kind="figure",
        name=name("step", name=of),
        p50=found.brings,
        unit=known.currency,
        notes=[note("step_formula"), *_draws(known)],
    )
    cost = OriginStep(
        kind="assumption",
        name=name("step_cost", name=of),
        p50=asked.cost,
        unit=known.currency,
        notes=[told],
        author=asked.author,
        dated=asked.dated,
        source=asked.source,
    )
    judged = "npv" if known.now.advice.is_discounted else "net"
    value = OriginStep(kind="figure", name=name("npv" if judged == "npv" else "net"), figure=judged)
    return [top, cost, value, *inputs.files(known)]


def factors(known: KnownOrigin) -> list[OriginNote]:
    """What the inputs are multiplied with, where something is asked."""
    return [note("factors", **known.drawn.factors)] if known.drawn.factors else []


def _reach(known: KnownOrigin) -> OriginStep:
    """The share that can be reached now, as a step."""
    return OriginStep(kind="share", name=name("reachable"), p50=known.can.reachable, unit="1", figure="reachable")


def _whole(known: KnownOrigin) -> OriginStep:
    return OriginStep(kind="figure", name=name("net"), p50=known.result.net[1], unit=known.currency, figure="net")


def _element(known: KnownOrigin, of: str, kinds: tuple[str, ...]) -> Steps:
    return [step for kind in kinds for step in inputs.named(known, f"{kind} {of}")]


def _all_elements(known: KnownOrigin, kinds: tuple[str, ...]) -> Steps:
    elements = [one.element for one in known.result.commodities]
    return [*(step for of in elements for step in _element(known, of, kinds)), *inputs.files(known)]


def _draws(known: KnownOrigin) -> list[OriginNote]:
    return [note("draws", draws=known.result.draws, seed=known.result.seed)]


def _formula(code: NoteCode, **values: float) -> OriginStep:
    return OriginStep(kind="formula", name=name("formula"), notes=[note(code, **values)])


def _money(known: KnownOrigin, code: NameCode, drawn: OutcomeSpread, notes: list[OriginNote]) -> OriginStep:
    return _figure(name(code), drawn, known.currency, notes)


def _figure(of: OriginName, drawn: OutcomeSpread, unit: str, notes: list[OriginNote]) -> OriginStep:
    return OriginStep(kind="figure", name=of, **drawn.model_dump(), unit=unit, notes=notes)
