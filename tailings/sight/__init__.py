"""Proof of sight: green that is proven able to see. Values in; codes and numbers out; no English, no SQL.

For each failure mode a failure is injected into what the instruments would read, on their real past readings, and is
carried through the same formulas, filters, plan, approval, shelf and recipients up to the message that would be made.

    scenario     which quantity moves in the failure that a plan looks for, and how fast
    calm         a background from the facility file alone
    background   real past readings carried on into the future
    inverse      what an instrument must read so that what is derived from it moves
    shadow       a failure injected and carried through the chain to the plan
    telling      who would be told, by approval, shelf and recipients
    diagnosis    why a test saw nothing
    proof        all of it for one plan
    proving      all plans of a facility, and which of them must be proved again
    proposed     plans that somebody proposes, in a child process
    year         the record of a year, from stored proofs and rounds
    model        its values

Whoever only reads proofs (model, year) loads no numpy.
"""
