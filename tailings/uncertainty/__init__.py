"""Measurement uncertainty of every value, raw and derived, by the GUM: a budget of terms, and the law of propagation.

    terms        what is stated of an instrument: its file's budget, else that of its kind from a table with sources
    propagation  what that makes of the values of a datastream, and of all that is derived from it
    newest       the same of newest values alone

It is computed when it is asked for, from the rows and the facility file; it is neither stored nor sent. Where nothing
is stated it is not known, and that is said: it is never taken as zero.

Source: JCGM 100:2008 (GUM), 4.3.7 (a limit, spread evenly: half width / 3^0.5), 5.1.2 and 5.2.2 (propagation; inputs
that share an error), 6.2 (expanded uncertainty), F.2.2.1 (resolution: step / 12^0.5). secondary: the text itself was
not opened.
"""

from tailings.uncertainty.newest import NewestUncertainties, is_of_window, of_window
from tailings.uncertainty.propagation import Propagation, Source, Uncertainty, unstated
from tailings.uncertainty.terms import (
    COVERAGE_FACTOR,
    KindTerm,
    OwnTerms,
    StatedTerm,
    kind_terms,
    own_terms,
    stated_terms,
)

__all__ = [
    "COVERAGE_FACTOR",
    "KindTerm",
    "NewestUncertainties",
    "OwnTerms",
    "Propagation",
    "Source",
    "StatedTerm",
    "Uncertainty",
    "is_of_window",
    "kind_terms",
    "of_window",
    "own_terms",
    "stated_terms",
    "unstated",
]
