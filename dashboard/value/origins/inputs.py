"""Origins of what a study draws: assumptions with authors, price rows with dates, grades with their files."""

from __future__ import annotations

from api.studies.origin import OriginStep
from dashboard.value.amounts import figures, grade
from dashboard.value.headline import input_words, sentence
from dashboard.value.tornado import unit_of
from tailings.commodities import prices
from tailings.study.inputs import Wanted
from tailings.study.statements import Assumption

from .known import KnownFacility

Steps = list[OriginStep]


def named(known: KnownFacility, name: str) -> Steps:
    """An input by its name in the tornado ("price W"), with the files below it where it comes from assays."""
    what, _, of = name.partition(" ")
    asked = known.inputs
    plain = {
        "volume": asked.volume_m3,
        "density": asked.density_t_m3,
        "cost": asked.cost_per_t,
        "plant": asked.plant,
        "avoided liability": asked.avoided_liability,
    }
    if name == "density" and asked.density_t_m3 is None:
        return [_weighed(known)]
    if (one := plain.get(name)) is not None:
        return [assumption(known, name, one, unit_of(name, known.currency))]
    wanted = next((one for one in asked.commodity if one.element == of), None)
    if wanted is None:
        return [_bulk(known, name)]
    if what == "recovery":
        return [recovery(known, wanted)]
    return [price(known, wanted)] if what == "price" else [estimate(known, of)]


def all_named(known: KnownFacility) -> Steps:
    """Every input of the study, and the exchange rate of its prices."""
    names = [name for name, spread in known.result.case.inputs().items() if spread.high > spread.low]
    return [*(step for name in names for step in named(known, name)), *rate(known)]


def assumption(known: KnownFacility, name: str, one: Assumption, unit: str) -> OriginStep:
    """What a person answers for."""
    return OriginStep(
        kind="assumption",
        name=words(known, name),
        value=_written(one.p50, unit),
        p90=one.p90,
        p50=one.p50,
        p10=one.p10,
        unit=unit,
        author=one.author,
        dated=one.dated,
        source=one.source,
    )


def recovery(known: KnownFacility, wanted: Wanted) -> OriginStep:
    """What a person answers for; where the oxidised part has a recovery of its own, both parts and the whole."""
    name, oxidised = f"recovery {wanted.element}", wanted.oxidised_recovery
    whole = assumption(known, name, wanted.recovery, "")
    if oxidised is None:
        return whole
    used = known.result.case.inputs()[name]
    part = known.say(
        "oxidised_part",
        share=figures(100 * (known.result.oxidised_share or 0.0)),
        p50=figures(oxidised.p50),
        p90=figures(oxidised.p90),
        p10=figures(oxidised.p10),
        author=oxidised.author,
        dated=oxidised.dated,
        source=oxidised.source,
    )
    rest = known.say(
        "fresh_part",
        p50=figures(wanted.recovery.p50),
        p90=figures(wanted.recovery.p90),
        p10=figures(wanted.recovery.p10),
    )
    changes = {"value": _written(used.mid, ""), "p90": used.low, "p50": used.mid, "p10": used.high}
    return whole.model_copy(update={**changes, "says": [part, rest]})


def price(known: KnownFacility, wanted: Wanted) -> OriginStep:
    """A printed row, and by how much its price may move."""
    used = next(one.price for one in known.result.case.commodities if one.element == wanted.element)
    row = prices.newest(wanted.price_series)
    found = known.of_element(wanted.element)
    unit, source = f"{row.currency} ({row.unit})", f"{found.price_source}, {row.printed_by.address}"
    printed = known.say("printed", value=f"{row.value:g}", unit=unit, year=row.year, form=row.form)
    moves = known.say(
        "moves",
        low=f"{wanted.price_p90_share:g}",
        high=f"{wanted.price_p10_share:g}",
        author=wanted.price_author,
        paid=f"{100 * wanted.payability:.0f}",
    )
    same, money = abs(row.per_tonne / known.usd - used.mid) < 1e-6 * used.mid, f"{known.currency}/t"
    return OriginStep(
        kind="price",
        name=words(known, f"price {wanted.element}"),
        value=_written(used.mid, money),
        p90=used.low,
        p50=used.mid,
        p10=used.high,
        unit=money,
        says=[printed if same else known.say("newer"), moves],
        author=wanted.price_author,
        dated=found.price_published,
        source=source,
        licence=found.price_licence,
    )


def rate(known: KnownFacility) -> Steps:
    """The exchange rate by which printed prices are turned into the currency of the study; none where they agree."""
    one = known.result.exchange_rate
    if one is None:
        return []
    return [
        OriginStep(
            kind="assumption",
            name=known.say("rate"),
            value=f"{one.usd:.4f} USD/{known.currency}",
            p50=one.usd,
            unit=f"USD/{known.currency}",
            says=[known.say("rate_age", known.valued.now.rate_age_d)],
            author=one.author,
            dated=one.dated,
            source=one.source,
        )
    ]


def estimate(known: KnownFacility, element: str) -> OriginStep:
    """The mean grade as it was kriged; its own figure goes on to the assays."""
    used = next(one.grade for one in known.result.case.commodities if one.element == element)
    how = [line for line in known.result.method.splitlines() if line.startswith(f"{element}:")]
    return OriginStep(
        kind="estimate",
        name=words(known, f"grade {element}"),
        value=f"{grade(used.mid)} %",
        p90=used.low,
        p50=used.mid,
        p10=used.high,
        unit="mg/kg",
        says=how,
        figure=f"grade:{element}",
        sha256=known.study.samples_sha256,
        source=known.say("samples_hash"),
    )


def files(known: KnownFacility) -> Steps:
    """The laboratory's files, and the study with its own."""
    found = [
        OriginStep(
            kind="file",
            name=file.name,
            says=[known.say("synthetic", why=file.synthetic)] if file.synthetic else [],
            dated=file.imported_at.date(),
            source=known.say("imported"),
            sha256=file.sha256,
        )
        for file in known.study.files
    ]
    return [*found, study(known)]


def study(known: KnownFacility) -> OriginStep:
    """The study file."""
    one = known.study
    return OriginStep(
        kind="study",
        name=known.say("study", version=one.version),
        says=[known.result.title],
        author=known.inputs.author,
        dated=one.made_at.date(),
        source=known.say("study_file"),
        sha256=one.inputs_sha256,
        address=f"/api/v1/facilities/{known.valued.facility.id}/study",
    )


def figure(row: OriginStep) -> OriginStep:
    """A step as the figure itself."""
    return OriginStep(
        kind="figure", name=row.name, value=row.value, p90=row.p90, p50=row.p50, p10=row.p10, unit=row.unit
    )


def words(known: KnownFacility, name: str) -> str:
    """Say an input."""
    return sentence(input_words(name, known.texts))


def _weighed(known: KnownFacility) -> OriginStep:
    """Dry density from the samples that were weighed and dried."""
    result = known.result
    used = result.case.density
    return OriginStep(
        kind="estimate",
        name=words(known, "density"),
        value=_written(used.mid, "t/m³"),
        p90=used.low,
        p50=used.mid,
        p10=used.high,
        unit="t/m³",
        says=[result.density_from],
        sha256=known.study.samples_sha256,
        source=known.say("samples_hash"),
        figure="study",
    )


def _bulk(known: KnownFacility, name: str) -> OriginStep:
    """The net price of a use of the mass, which the author of the study answers for."""
    spread = known.result.case.inputs()[name]
    return study(known).model_copy(
        update={
            "kind": "assumption",
            "name": words(known, name),
            "value": _written(spread.mid, f"{known.currency}/t"),
            "p90": spread.low,
            "p50": spread.mid,
            "p10": spread.high,
            "unit": f"{known.currency}/t",
        }
    )


def _written(value: float, unit: str) -> str:
    return f"{figures(value, 3)} {unit}".strip()
