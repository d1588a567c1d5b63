"""Origins of what a study draws: assumptions with authors, price rows with dates, grades with their files."""

from __future__ import annotations

from typing import Final, TypedDict

from tailings.commodities import price_moves, prices
from tailings.estimate.outcomes import Spread
from tailings.study.inputs import Wanted
from tailings.study.statements import Assumption

from .known import KnownOrigin
from .models import Kind, OriginName, OriginNote, OriginStep, name, note, reference, value

Steps = list[OriginStep]
MOST_CHARACTERS: Final = 200
"""Of a source."""


class DrawnSpread(TypedDict):
    """P90, P50 and P10 of an input, as fields of a step."""

    p90: float
    p50: float
    p10: float


def named(known: KnownOrigin, of: str) -> Steps:
    """An input by its name in the tornado ("price W"), with the files below it where it comes from assays."""
    what, _, element = of.partition(" ")
    asked, money = known.inputs, known.currency
    plain = {
        "volume": (asked.volume_m3 or _surveyed(known), "m3"),
        "density": (asked.density_t_m3, "t/m3"),
        "cost": (asked.cost_per_t, f"{money}/t"),
        "plant": (asked.plant, money),
        "avoided liability": (asked.avoided_liability, money),
    }
    stated, unit = plain.get(of, (None, ""))
    if of == "density" and stated is None:
        return [_weighed(known)]
    if stated is not None:
        return [assumption(of, stated, unit)]
    wanted = next((one for one in asked.commodity if one.element == element), None)
    if wanted is None:
        return [_bulk(known, of)]
    if what == "recovery":
        return [recovery(known, wanted)]
    return [price(known, wanted)] if what == "price" else [estimate(known, element)]


def all_named(known: KnownOrigin) -> Steps:
    """Every input of the study, and the exchange rate of its prices."""
    names = [of for of, spread in known.result.case.inputs().items() if spread.high > spread.low]
    return [*(step for of in names for step in named(known, of)), *rate(known)]


def mass(known: KnownOrigin) -> Steps:
    """Volume and density."""
    return [*named(known, "volume"), *named(known, "density")]


def assumption(of: str, one: Assumption, unit: str) -> OriginStep:
    """What a person answers for."""
    return OriginStep(
        kind="assumption",
        name=name("input", input=of),
        p90=one.p90,
        p50=one.p50,
        p10=one.p10,
        unit=unit,
        author=one.author,
        dated=one.dated,
        source=one.source,
    )


def recovery(known: KnownOrigin, wanted: Wanted) -> OriginStep:
    """What a person answers for; where the oxidised part has a recovery of its own, both parts and the whole."""
    of, oxidised = f"recovery {wanted.element}", wanted.oxidised_recovery
    whole = assumption(of, wanted.recovery, "1")
    if oxidised is None:
        return whole
    part = note(
        "oxidised_part",
        part_share=known.result.oxidised_share or 0.0,
        **_spread(oxidised),
        author=oxidised.author,
        dated=oxidised.dated.isoformat(),
        source=oxidised.source,
    )
    notes = [part, note("fresh_part", **_spread(wanted.recovery))]
    return whole.model_copy(update={**_drawn(known.result.case.inputs()[of]), "notes": notes})


def price(known: KnownOrigin, wanted: Wanted) -> OriginStep:
    """A printed row, and by how much its price may move."""
    used = next(one.price for one in known.result.case.commodities if one.element == wanted.element)
    row, (low, high) = prices.newest(wanted.price_series), wanted.price_shares(known.inputs.price_horizon_years)
    found = known.of_element(wanted.element)
    moves = note(
        "moves",
        low=low,
        high=high,
        author=wanted.price_author if wanted.price_p90_share is not None else price_moves.history().read_in,
        paid_share=wanted.payability,
    )
    return OriginStep(
        kind="price",
        name=name("input", input=f"price {wanted.element}"),
        **_drawn(used),
        unit=f"{known.currency}/t",
        notes=[_printed(row, row.per_tonne / known.usd, used), moves],
        author=wanted.price_author,
        dated=found.price_published,
        source=f"{found.price_source}, {row.printed_by.address}",
        licence=found.price_licence,
    )


def _printed(row: prices.Price, per_tonne: float, used: Spread) -> OriginNote:
    """The row as it is printed, or that it has changed since the study."""
    if abs(per_tonne - used.mid) >= 1e-6 * used.mid:
        return note("newer")
    return note("printed", value=row.value, currency=row.currency, unit=row.unit, year=row.year, form=row.form)


def rate(known: KnownOrigin) -> Steps:
    """The exchange rate by which printed prices are turned into the currency of the study; none where they agree."""
    one = known.result.exchange_rate
    if one is None:
        return []
    return [
        OriginStep(
            kind="assumption",
            name=name("rate"),
            p50=one.usd,
            unit=f"USD/{known.currency}",
            notes=[note("rate_age", age_d=known.now.rate_age_d)],
            author=one.author,
            dated=one.dated,
            source=one.source,
        )
    ]


def estimate(known: KnownOrigin, element: str) -> OriginStep:
    """The mean grade as it was kriged; its own figure goes on to the assays."""
    used = next(one.grade for one in known.result.case.commodities if one.element == element)
    how = [line for line in known.result.method.splitlines() if line.startswith(f"{element}:")]
    return OriginStep(
        kind="estimate",
        name=name("input", input=f"grade {element}"),
        **_drawn(used),
        unit="mg/kg",
        notes=[note("quoted", quote=line) for line in how],
        figure=f"grade:{element}",
        sha256=known.study.samples_sha256,
        ground="samples_hash",
    )


def files(known: KnownOrigin) -> Steps:
    """The laboratory's files, and the study with its own."""
    found = [
        OriginStep(
            kind="file",
            name=name("named", name=file.name),
            notes=[note("synthetic", reason=file.synthetic)] if file.synthetic else [],
            dated=file.imported_at.date(),
            ground="imported",
            sha256=file.sha256,
        )
        for file in known.study.files
    ]
    return [*found, study(known)]


def study(known: KnownOrigin) -> OriginStep:
    """The study file."""
    one = known.study
    return OriginStep(
        kind="study",
        name=name("study", version=one.version),
        notes=[note("quoted", quote=known.result.title)],
        author=known.inputs.author,
        dated=one.made_at.date(),
        ground="study_file",
        sha256=one.inputs_sha256,
        reference=reference("study", one.version),
    )


def figure(row: OriginStep, notes: list[OriginNote] | None = None) -> OriginStep:
    """A step as the figure itself."""
    return OriginStep(
        kind="figure", name=row.name, p90=row.p90, p50=row.p50, p10=row.p10, unit=row.unit, notes=notes or []
    )


def quoted(kind: Kind, of: OriginName, text: str, *notes: OriginNote) -> OriginStep:
    """A step whose value stands in the study as it is."""
    return OriginStep(kind=kind, name=of, value=value("quoted", quote=text), notes=list(notes))


def _surveyed(known: KnownOrigin) -> Assumption | None:
    """The volume between surfaces, for which who surveyed the top answers."""
    of, spread = known.result.bounded, known.result.case.volume
    if of is None:
        return None
    source = f"{of.top.file} ({of.top.source}), {of.bottom.file} ({of.bottom.source})"[:MOST_CHARACTERS]
    return Assumption(spread.low, spread.mid, spread.high, of.top.author, of.top.dated, source=source)


def _weighed(known: KnownOrigin) -> OriginStep:
    """Dry density from the samples that were weighed and dried."""
    return OriginStep(
        kind="estimate",
        name=name("input", input="density"),
        **_drawn(known.result.case.density),
        unit="t/m3",
        notes=[note("quoted", quote=known.result.density_from)],
        sha256=known.study.samples_sha256,
        ground="samples_hash",
        figure="study",
    )


def _bulk(known: KnownOrigin, of: str) -> OriginStep:
    """The net price of a use of the mass, which the author of the study answers for."""
    drawn = _drawn(known.result.case.inputs()[of])
    changes = {"kind": "assumption", "name": name("input", input=of), "unit": f"{known.currency}/t"}
    return study(known).model_copy(update=changes | drawn)


def _drawn(used: Spread) -> DrawnSpread:
    return {"p90": used.low, "p50": used.mid, "p10": used.high}


def _spread(one: Assumption) -> DrawnSpread:
    return {"p90": one.p90, "p50": one.p50, "p10": one.p10}
