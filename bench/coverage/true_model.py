"""The interval of who knows the model: conditional simulation with the parameters that the deposit was drawn from.

Variogram, distribution and drift are known, the mean of the scores is estimated (ordinary kriging): what is left when
nothing but the grades between the samples is unknown. Grades below the limit of a laboratory are known here too: the
score asks more of the study than any way can give, and no other reckoning is needed for them.
"""

from __future__ import annotations

import numpy as np

from bench.coverage.deposits import Drilled, Simulator, Values, backward, covariance


def realisations(simulator: Simulator, drilled: Drilled, pool: Values, random: np.random.Generator) -> Values:
    """Panel grades (count, panels) given the samples; pool: fields of the simulator that stand for what is possible."""
    case = simulator.case
    parts = drilled.rows.shape[1]
    places = simulator.places[drilled.rows]
    flat = places.reshape(-1, 3)
    count = len(drilled.rows)
    means = np.kron(np.eye(count), np.full((1, parts), 1.0 / parts))
    alike = covariance(case, flat, flat)
    matrix = means @ alike @ means.T + case.nugget / parts * np.eye(count)
    within = 1.0 - matrix.diagonal() if parts > 1 else np.zeros(count)
    known = _scores(simulator, drilled.grade, within) / simulator.scale - simulator.drift[drilled.rows].mean(axis=1)
    there = pool[:, drilled.rows].mean(axis=2)
    there += np.sqrt(case.nugget / parts) * random.standard_normal(there.shape)
    system = np.ones((count + 1, count + 1))
    system[:count, :count], system[count, count] = matrix + 1e-9 * np.eye(count), 0.0
    right = np.concatenate([(known - there).T, np.zeros((1, len(pool)))])
    weights = np.linalg.solve(system, right)
    cross = covariance(case, simulator.places, flat) @ means.T
    return simulator.panels(pool + (cross @ weights[:count]).T + weights[count][:, None])


def _scores(simulator: Simulator, grade: Values, within: Values) -> Values:
    """Standard scores of grades, by a table; a mean of a lognormal sample lies above its score."""
    case = simulator.case
    at = np.linspace(-6.0, 6.0, 4_001)
    found = np.interp(grade, backward(case, at), at)
    if case.shape == "lognormal":
        found = found - 0.5 * np.sqrt(np.log1p(case.cv**2)) * within * simulator.scale**2
    return np.asarray(found)
