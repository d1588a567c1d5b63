"""The way that studies took before there were realisations: the control that the coverage benchmark must not let pass.

One variogram by least squares for the truth, errors normal, grades below zero cut, panels as points.
"""

import numpy as np

from bench.coverage import study
from bench.coverage.deposits import BASE_M, EXTENT, PANELS, Drilled, Values
from bench.coverage.study import Claimed
from tailings.estimate import panels, variograms


def claim(drilled: Drilled, places: Values, volume_m3: float, cut_offs: Values, seed: int) -> Claimed:
    """Claim what the old way claimed, always as G1."""
    at = places[drilled.rows].mean(axis=1)
    label = np.zeros(len(at), dtype=np.int64)
    found = variograms.experimental(at, drilled.grade, label, 40.0, vertical_lag_m=2.0)
    variogram = variograms.fit(found, most_total=2 * float(drilled.grade.var()))
    axes = [
        start + (np.arange(count) + 0.5) * extent / count
        for start, extent, count in zip((0.0, -EXTENT[1], BASE_M), EXTENT, PANELS, strict=True)
    ]
    centres = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3)
    joint = panels.joint(at, drilled.grade, centres, variogram)
    values, vectors = np.linalg.eigh(joint.covariance)
    normal = np.random.default_rng(seed).standard_normal((200, len(centres)))
    drawn = np.maximum(joint.mean + normal @ (vectors * np.sqrt(np.maximum(values, 0.0))).T, 0.0)
    grade = drawn.mean(axis=1)
    tonnes = np.full(200, volume_m3 * 1.6)
    above = tuple(study.spread((drawn >= cut).mean(axis=1)) for cut in cut_offs)
    return Claimed(
        1, 1, study.spread(tonnes), study.spread(grade), metal=study.spread(tonnes * grade / 1e6), above=above
    )
