"""The UNFC class of each commodity of a study: criteria, what the competent person states, a loss of the project."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np

from tailings.commodities import unfc
from tailings.commodities.unfc import Criterion
from tailings.estimate.outcomes import Outcomes, share_of_losses
from tailings.study.competent_person import CompetentPerson
from tailings.study.inputs import BadStudy, StudyInputs
from tailings.study.results import CommodityResult

MILLION: Final = 1e6


def check(inputs: StudyInputs, today: dt.date) -> None:
    """Raise BadStudy for E and F that make no class, and for a signature that does not go with the study."""
    signed = inputs.signed
    if signed is not None:
        _check_signature(signed, [one.element for one in inputs.commodity], today)
    for wanted in inputs.commodity:
        own = unfc.rate(wanted.criteria)
        for stated in _stated(signed, wanted.element):
            allowed = own.e if stated.axis == "E" else own.f
            if any(one.axis == stated.axis for one in wanted.criteria) and stated.number < allowed:
                raise BadStudy(
                    f"competent_person: states {stated.axis}{stated.number} of {wanted.element}, and a criterion "
                    f"of the commodity allows {stated.axis}{allowed}; change one of them"
                )
        try:
            unfc.check(unfc.rate((*wanted.criteria, *_stated(signed, wanted.element))))
        except unfc.NoClass as error:
            raise BadStudy(f"criteria of {wanted.element}: {error}") from error


def of(
    inputs: StudyInputs, found: Sequence[CommodityResult], drawn: Outcomes, today: dt.date
) -> tuple[CommodityResult, ...]:
    """Class the commodities of a project whose outcomes are drawn."""
    economics = _economics(inputs, drawn, today)
    return tuple(
        _classed(one, (*one.criteria, *_stated(inputs.signed, wanted.element), *economics))
        for wanted, one in zip(inputs.commodity, found, strict=True)
    )


def _classed(one: CommodityResult, criteria: tuple[Criterion, ...]) -> CommodityResult:
    rating = unfc.rate(criteria)
    if rating.e == unfc.LEAST["E"] and rating.f == 1:
        (loss,) = (last for last in criteria[-1:])
        why = "A project that is not viable is not confirmed either: F1 goes with E1 alone"
        criteria = (*criteria, Criterion("F", "Project", 2, why, loss.author, scored=loss.scored))
        rating = unfc.rate(criteria)
    return msgspec.structs.replace(
        one, criteria=criteria, unfc=rating.code, unfc_class=rating.project_class, unfc_sub_class=rating.sub_class
    )


def _economics(inputs: StudyInputs, drawn: Outcomes, today: dt.date) -> tuple[Criterion, ...]:
    """The criterion that a loss is, by the discounted value where there is one."""
    how = "net value" if drawn.npv is None else "net present value"
    chance, p50 = share_of_losses(drawn.judged), float(np.median(drawn.judged))
    if not unfc.is_loss(chance, p50):
        return ()
    reason = (
        f"{100 * chance:.0f} % of the draws lose money and the P50 of the {how} is {p50 / MILLION:.3g} M "
        f"{inputs.currency}; a loss in {100 * unfc.MOST_LOSSES:.0f} % of them, or at the P50, is not viable"
    )
    return (Criterion("E", "Economics", unfc.LEAST["E"], reason, "tailwatch", scored=today),)


def _stated(signed: CompetentPerson | None, element: str) -> tuple[Criterion, ...]:
    if signed is None:
        return ()
    return next((one.criteria(signed.name, signed.dated) for one in signed.rating if one.element == element), ())


def _check_signature(signed: CompetentPerson, elements: Sequence[str], today: dt.date) -> None:
    if signed.dated > today:
        raise BadStudy(f"competent_person: signed on {signed.dated}, which is still to come; state the day of signing")
    rated = [one.element for one in signed.rating]
    for element in elements:
        if rated.count(element) != 1:
            raise BadStudy(f"competent_person: state E and F of {element} once, under competent_person.rating")
    for element in rated:
        if element not in elements:
            raise BadStudy(f"competent_person: rates {element}, which is no commodity of the study; leave it out")
