"""Assessment: what stored readings mean for a facility. Values in; codes and numbers out; no English, no SQL.

    accuracy     how well a kind of instrument measures, by source
    bounds       the interval in which the true value of a reading lies
    freshness    how old a reading may be
    diagnosis    why a node is silent
    margins      how far what the plans compare is from their trigger levels
    verdict      the worst of level and sight over the failure modes of a facility
    water        laboratory values against the limits of water that are in force
    assessment   all of it together; model: its values

Whoever only reads assessments (model, freshness) loads no numpy.
"""
