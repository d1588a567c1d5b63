"""The cases of the coverage benchmark: kinds of deposits and of drilling, each with what it is for."""

from __future__ import annotations

from typing import Final

from bench.coverage.deposits import DepositCase

CASES: Final[dict[str, tuple[DepositCase, str]]] = {
    name: (DepositCase(name, **more), says)
    for name, says, more in (
        ("plain-16", "16 regular holes in a plain deposit, which must earn G2", {"holes": 16}),
        ("plain-4", "4 regular holes", {"holes": 4}),
        ("plain-6", "6 regular holes", {"holes": 6}),
        ("plain-9", "9 regular holes", {"holes": 9}),
        ("plain-25", "25 regular holes", {"holes": 25}),
        ("plain-40", "40 random holes", {"holes": 40, "layout": "random"}),
        ("even-16", "CV 0.3, normal grades", {"holes": 16, "cv": 0.3, "shape": "gaussian"}),
        ("even-4", "CV 0.3, normal grades, 4 holes", {"holes": 4, "cv": 0.3, "shape": "gaussian"}),
        ("skewed-16", "CV 1", {"holes": 16, "cv": 1.0}),
        ("skewed-25", "CV 1, 25 holes", {"holes": 25, "cv": 1.0}),
        ("very-skewed-16", "CV 2", {"holes": 16, "cv": 2.0}),
        ("very-skewed-40", "CV 2, 40 random holes", {"holes": 40, "cv": 2.0, "layout": "random"}),
        (
            "gamma-16",
            "gamma distribution, CV 0.8: not of the family that is fitted",
            {"holes": 16, "cv": 0.8, "shape": "gamma"},
        ),
        ("clustered-16", "half of the holes in one cluster", {"holes": 16, "layout": "clustered"}),
        ("preferential-16", "8 holes, and 8 near the two richest of them", {"holes": 16, "layout": "preferential"}),
        ("rich-16", "all holes where the truth is rich, which no sample can tell", {"holes": 16, "layout": "rich"}),
        ("along-16", "ranges of 200 m along and 67 m across", {"holes": 16, "stretch": 3.0, "along_m": 115.0}),
        ("across-16", "the same at 120 degrees", {"holes": 16, "stretch": 3.0, "along_m": 115.0, "azimuth": 120.0}),
        ("upright-16", "ranges of 40 m in plan and 60 m down", {"holes": 16, "along_m": 40.0, "down_m": 60.0}),
        ("short-16", "a range of 40 m in plan, less than holes are apart", {"holes": 16, "along_m": 40.0}),
        ("long-16", "a range of 400 m in plan", {"holes": 16, "along_m": 400.0}),
        ("exponential-16", "exponential model", {"holes": 16, "model": "exponential"}),
        ("nugget-16", "half of the variance is nugget", {"holes": 16, "nugget": 0.5}),
        ("trend-16", "a trend with elevation and from the beach to the pond", {"holes": 16, "trend": (0.8, -0.8)}),
        ("long-samples-16", "samples of 8 m, as long as the vertical range", {"holes": 16, "length_m": 8.0}),
        ("censored-16", "one in five below the limit", {"holes": 16, "limit": 0.2}),
    )
}
