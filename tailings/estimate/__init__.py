"""How much is there, what is it worth, how sure is it: from composites to an interval of net value.

In the order of the work, each a pure function on numpy arrays:

    composites.by_length   assay intervals of holes -> composites of one length, broken where the domain changes
    domains.label          lift by elevation, beach or pond by distance from the discharge
    variograms.experimental, variograms.fit    how alike are samples at a distance
    kriging.ordinary, kriging.inverse_distance estimate and variance of each block
    kriging.leave_one_out  the estimate tried at each sample that is left out
    panels.joint           the joint distribution of all panels, of which the mean grade is drawn
    outcomes.run           draws over volume, density, grade, recovery, price and cost -> P90, P50, P10 of the net value
    next_holes.rank        variance that a further hole removes, per cost
    method.statement       the text that says what was done

P90 is the value that nine in ten outcomes exceed; P10 that one in ten exceeds. Every draw has a seed.
"""
