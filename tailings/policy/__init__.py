"""Evidence for a policy instrument: indicators as frozen queries, before and after, with what made the difference.

evaluated(query, as_of, rows)      an indicator over the rows that stood at an instant, with its bounds and its hash
differences(before, after)         what changed between two, by cause; the causes add up to the whole
verified(content)                  a dossier computed again from the rows in it, without a server
"""

from tailings.policy.difference import CAUSES, Cause, Comparison, RowChange, differences
from tailings.policy.dossier import Dossier, DossierFault, verified
from tailings.policy.evaluation import BadQuery, Evaluation, PolicyQuery, evaluated, indicator, sha256
from tailings.policy.indicators import names
from tailings.policy.indicators import parameters as indicator_parameters
from tailings.policy.values import Measured, PolicyRow

__all__ = [
    "CAUSES",
    "BadQuery",
    "Cause",
    "Comparison",
    "Dossier",
    "DossierFault",
    "Evaluation",
    "Measured",
    "PolicyQuery",
    "PolicyRow",
    "RowChange",
    "differences",
    "evaluated",
    "indicator",
    "indicator_parameters",
    "names",
    "sha256",
    "verified",
]
