"""Proof of sight from what is stored, and kept: hour by hour, and whenever the configuration changed.

    inputs    what proofs are made from, read from the database
    proofs    the stored proofs, each chained to the one before
    proposed  what would be seen with a plan that somebody proposes
    prover    proves each facility when it is due
    __main__  the program, a process of its own at low priority

What a proof is stands in `tailings.sight`.
"""

from ingest.sight.inputs import gather

__all__ = ["gather"]
