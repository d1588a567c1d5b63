"""How much is there, what is it worth, how sure is it: from composites to an interval of net value.

In the order of the work, each a pure function on numpy arrays:

    composites.by_length   assay intervals of holes -> composites of one length, broken where the domain changes
    domains.label          lift by elevation, beach or pond by distance from the discharge
    scores, structures     powers of grades that vary like normal numbers, and how alike they are at a distance
    posterior.learn        many models, each as likely as the composites make it
    realisations.simulate  grades of blocks, many times over, that pass through the composites
    variograms.experimental, variograms.fit    one variogram by least squares, as a check
    kriging.ordinary, kriging.inverse_distance estimate and variance of each block
    kriging.leave_one_out  the estimate tried at each sample that is left out
    panels.joint           all panels kriged together, as a check
    outcomes.run           draws over volume, density, grade, recovery, price and cost -> P90, P50, P10 of the net value

P90 is the value that nine in ten outcomes exceed; P10 that one in ten exceeds. Every draw has a seed.
"""
