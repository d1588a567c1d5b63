"""What pond, season, time and rain explain of a piezometer's level: the hydrostatic-season-time model (HST).

    level = constant
          + a1 x + ... + a4 x^4               hydrostatic: the pond level x, from -1 to 1 over the fitted range
          + b1 cos(s) + b2 sin(s) + b3 cos(2 s) + b4 sin(2 s)         season: s goes around once a year
          + c t                               time: years since the first fitted day
          + d rain                            remembered rain, where it is given

Fitted by least squares to daily means. What is left over is the residual. A piezometer that leaves its model does what
none of these explains, whatever its level is; the model does not say why. It says nothing outside of what it was fitted
to: a pond higher or lower, more rain, a time further away than the fitted time is long.

Days of one piezometer resemble their neighbours, so standard errors and the standard deviation of the residual count as
many days as the residuals are worth (tailings.confidence), not as many as there are. Season and time are fitted from a
whole year on: of less, a slope and a part of a wave cannot be told apart.

Source: secondary: Willm and Beaujoint 1967 (9th ICOLD congress), whose terms are repeated all over the literature of
dams; standard errors of least squares by definition. Tested against known coefficients, the normal equations and
statements about noise by simulation.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Final, Literal, NamedTuple, Self

import numpy as np
from msgspec import Meta
from msgspec.structs import replace
from numpy.typing import NDArray

from tailings.confidence import effective_size
from tailings.geometry import Dated, Instant
from tailings.series import Mask, Times, Values

MAX_DEGREE: Final = 4
HARMONICS: Final = 2
MIN_DAYS: Final = 60
MIN_POND_RANGE_M: Final = 0.1
MIN_LEVEL_RANGE_M: Final = 1e-6
MAX_CONDITION: Final = 1e6
"""Of the terms, each brought to length one: beyond it double precision does not tell their shares apart."""
DAY_MS: Final = 86_400_000
YEAR_MS: Final = 365.25 * DAY_MS

NoFit = Literal["too-few-days", "pond-still", "terms-alike", "days-alike", "level-still"]
Coefficient = Annotated[float, Meta(ge=-1e6, le=1e6)]


class HstTerms(NamedTuple):
    """Which terms a model has beside its constant: powers of the pond, cycles a year, a trend, rain."""

    degree: int = MAX_DEGREE
    harmonics: int = HARMONICS
    has_trend: bool = True
    has_rain: bool = False


class HstModel(Dated, frozen=True, kw_only=True):
    """A fitted model as a dated entry of a facility file: coefficients [m], and what they were fitted to.

    pond_m: by power of the normalised pond level, from the first on. season_m: cosine and sine of one cycle a year,
    then of two. rain_m_per_mm: of the rain that the input `rain` gives; rain_high_mm: the most that was fitted.
    residual_sd_m: standard deviation of daily means about the model.
    """

    fitted_from: Instant
    """The first instant that was fitted."""
    fitted_to: Instant
    """The last instant that was fitted."""
    pond_low_m: float
    """The lowest pond level that was fitted."""
    pond_high_m: float
    """The highest pond level that was fitted."""
    constant_m: Coefficient
    """The level that the model begins with."""
    pond_m: Annotated[tuple[Coefficient, ...], Meta(min_length=1, max_length=MAX_DEGREE)]
    """What each power of the pond level adds."""
    season_m: Annotated[tuple[Coefficient, ...], Meta(max_length=2 * HARMONICS)] = ()
    """What sine and cosine of the year, and of half of it, add."""
    trend_m_per_year: Coefficient | None = None
    """The steady change."""
    rain_m_per_mm: Coefficient | None = None
    """What remembered rain adds."""
    rain_high_mm: Annotated[float, Meta(ge=0)] = 0.0
    """The most remembered rain that was fitted."""
    residual_sd_m: Annotated[float, Meta(gt=0)]
    """The standard deviation of what is left."""
    r2: Annotated[float, Meta(le=1)]
    """The share of the variance that is explained."""
    days: Annotated[int, Meta(ge=1)]
    """How many days were fitted."""
    independent_days: Annotated[float, Meta(gt=0)]
    """As how many independent days they count."""

    def __post_init__(self) -> None:
        if self.pond_high_m <= self.pond_low_m:
            raise ValueError("pond_high_m must be above pond_low_m; they are the ends of the fitted range")
        if self.fitted_to <= self.fitted_from:
            raise ValueError("fitted_to must be after fitted_from")
        if len(self.season_m) % 2:
            raise ValueError("season_m needs a cosine and a sine for each cycle")

    def as_of(self, start: dt.datetime, stop: dt.datetime) -> Self:
        """The model as if it were fitted to this time, which begins with the trend where it has come to."""
        come_m = (self.trend_m_per_year or 0.0) * (_ms(self.fitted_to) - _ms(self.fitted_from)) / YEAR_MS
        return replace(self, fitted_from=start, fitted_to=stop, constant_m=self.constant_m + come_m)

    @property
    def terms(self) -> HstTerms:
        """Which terms it has."""
        return HstTerms(
            len(self.pond_m),
            len(self.season_m) // 2,
            self.trend_m_per_year is not None,
            self.rain_m_per_mm is not None,
        )

    @property
    def coefficients(self) -> Values:
        """Its coefficients in the order of the columns of `design`."""
        single = [one for one in (self.trend_m_per_year, self.rain_m_per_mm) if one is not None]
        return np.array([self.constant_m, *self.pond_m, *self.season_m, *single])

    def expected_m(self, time_ms: Times, pond_m: Values, rain_mm: Values | None = None) -> Values:
        """The level that the model gives [m], float64[n]; NaN where the pond, or a rain that counts, is missing."""
        range_m = (self.pond_low_m, self.pond_high_m)
        return np.asarray(
            design(self.terms, range_m, _ms(self.fitted_from), time_ms, pond_m, rain_mm=rain_mm) @ self.coefficients
        )

    def parts_m(self, time_ms: Times, pond_m: Values, rain_mm: Values | None = None) -> dict[str, Values]:
        """What each part of the model explains beside its constant [m], float64[n]: pond, season, trend, rain."""
        range_m, terms = (self.pond_low_m, self.pond_high_m), self.terms
        columns = design(terms, range_m, _ms(self.fitted_from), time_ms, pond_m, rain_mm=rain_mm) * self.coefficients
        ends = np.cumsum([1, terms.degree, 2 * terms.harmonics, int(terms.has_trend), int(terms.has_rain)])
        spans = zip(("pond", "season", "trend", "rain"), ends, ends[1:], strict=False)
        return {name: columns[:, first:last].sum(axis=1) for name, first, last in spans if last > first}

    def is_beyond_pond(self, pond_m: Values) -> Mask:
        """Whether a pond level lies outside of the fitted range, bool[n]."""
        return np.asarray((pond_m > self.pond_high_m) | (pond_m < self.pond_low_m))

    def is_beyond_rain(self, rain_mm: Values) -> Mask:
        """Whether there is more rain than on any fitted day, bool[n]."""
        return np.asarray(rain_mm > self.rain_high_mm)

    def is_beyond_time(self, time_ms: Times) -> Mask:
        """Whether a time is further away from the fitted time than that is long, bool[n]."""
        first_ms, last_ms = _ms(self.fitted_from), _ms(self.fitted_to)
        length_ms = last_ms - first_ms
        return np.asarray((time_ms > last_ms + length_ms) | (time_ms < first_ms - length_ms))


class HstFit(NamedTuple):
    """A model, and how sure it is.

    errors: standard error of each coefficient, in their order and unit, for as many days as the residuals are worth.
    condition: of the terms, each of length one. autocorrelation: of fitted residuals of days that follow each other;
    the true one is higher.
    """

    model: HstModel
    errors: Values
    condition: float
    autocorrelation: float


class CannotFit(ValueError):
    """Daily means that carry no model: a code, and the number that was too small or too large."""

    def __init__(self, reason: NoFit, value: float) -> None:
        self.reason, self.value = reason, value
        super().__init__(f"{reason}: {value:.3g}")


def design(
    terms: HstTerms,
    range_m: tuple[float, float],
    start_ms: int,
    time_ms: Times,
    pond_m: Values,
    *,
    rain_mm: Values | None,
) -> NDArray[np.float64]:
    """The terms as columns, float64[n, terms]: constant, powers of the pond, season, years since start_ms, rain."""
    low_m, high_m = range_m
    x = (2 * pond_m - low_m - high_m) / (high_m - low_m)
    angle = 2 * np.pi * (time_ms / YEAR_MS)
    columns = [x**power for power in range(terms.degree + 1)]
    columns += [wave(cycle * angle) for cycle in range(1, terms.harmonics + 1) for wave in (np.cos, np.sin)]
    if terms.has_trend:
        columns.append((time_ms - start_ms) / YEAR_MS)
    if terms.has_rain:
        columns.append(np.full(x.shape, np.nan) if rain_mm is None else rain_mm)
    return np.column_stack(columns)


def fit(
    day_ms: Times, level_m: Values, pond_m: Values, rain_mm: Values | None = None, degree: int = MAX_DEGREE
) -> HstFit:
    """Fit to daily means (float64[n], NaN = missing) of days that begin at day_ms (int64[n], rising).

    The model holds from the end of the last fitted day on. Raises CannotFit below MIN_DAYS days with all means, for a
    pond that hardly moved, a level that did not, terms that cannot be told apart, days worth no more than the terms.
    """
    is_used = np.isfinite(level_m) & np.isfinite(pond_m) & (True if rain_mm is None else np.isfinite(rain_mm))
    # Of a day the mean belongs to its middle.
    time_ms, level, pond = day_ms[is_used] + DAY_MS // 2, level_m[is_used], pond_m[is_used]
    rain = None if rain_mm is None else rain_mm[is_used]
    if time_ms.size < MIN_DAYS:
        raise CannotFit("too-few-days", time_ms.size)
    range_m = float(np.min(pond)), float(np.max(pond))
    if range_m[1] - range_m[0] < MIN_POND_RANGE_M:
        raise CannotFit("pond-still", range_m[1] - range_m[0])
    if (spread_m := float(np.ptp(level))) < MIN_LEVEL_RANGE_M:
        raise CannotFit("level-still", spread_m)
    start_ms, end_ms = int(time_ms[0]) - DAY_MS // 2, int(time_ms[-1]) + DAY_MS // 2
    is_year = end_ms - start_ms >= YEAR_MS - DAY_MS
    terms = HstTerms(degree, HARMONICS if is_year else 0, is_year, rain is not None)
    solved = _solve(design(terms, range_m, start_ms, time_ms, pond, rain_mm=rain), level)
    is_next = np.diff(time_ms) == DAY_MS
    independent = effective_size(solved.residual, is_next, solved.coefficients.size)
    if independent - solved.coefficients.size < 1:
        raise CannotFit("days-alike", independent)
    power = float(np.mean(solved.residual**2))
    variance = power * independent / (independent - solved.coefficients.size)
    model = _model(terms, solved.coefficients.tolist(), range_m, (start_ms, end_ms)) | {
        "rain_high_mm": 0.0 if rain is None else float(np.max(rain)),
        "residual_sd_m": variance**0.5,
        "r2": 1 - power / float(np.var(level)),
        "days": int(time_ms.size),
        "independent_days": independent,
    }
    products = (solved.residual[1:] * solved.residual[:-1])[is_next]
    errors = np.sqrt(variance * time_ms.size / independent) * solved.spread
    autocorrelation = float(np.mean(products)) / power if products.size else np.nan
    return HstFit(HstModel(**model), errors, solved.condition, autocorrelation)


class _Solved(NamedTuple):
    """Least squares: coefficients; root of the diagonal of (X'X)^-1; condition of the columns; what is left over."""

    coefficients: Values
    spread: Values
    condition: float
    residual: Values


def _solve(columns: NDArray[np.float64], level_m: Values) -> _Solved:
    length = np.linalg.norm(columns, axis=0)
    if not length.all():
        raise CannotFit("terms-alike", np.inf)
    _, size, right = np.linalg.svd(columns / length, full_matrices=False)
    condition = float(size[0] / size[-1]) if size[-1] > 0 else np.inf
    if condition > MAX_CONDITION:
        raise CannotFit("terms-alike", condition)
    scaled, *_ = np.linalg.lstsq(columns / length, level_m)
    spread = np.linalg.norm(right.T / size, axis=1) / length
    return _Solved(scaled / length, spread, condition, level_m - columns @ (scaled / length))


def _model(
    terms: HstTerms, coefficients: list[float], range_m: tuple[float, float], fitted_ms: tuple[int, int]
) -> dict[str, Any]:
    """The keys of a model that say its coefficients and what it was fitted to."""
    left = iter(coefficients)
    fitted_from, fitted_to = (dt.datetime.fromtimestamp(ms / 1000, dt.UTC) for ms in fitted_ms)
    return {
        "valid_from": fitted_to,
        "fitted_from": fitted_from,
        "fitted_to": fitted_to,
        "pond_low_m": range_m[0],
        "pond_high_m": range_m[1],
        "constant_m": next(left),
        "pond_m": tuple(next(left) for _ in range(terms.degree)),
        "season_m": tuple(next(left) for _ in range(2 * terms.harmonics)),
        "trend_m_per_year": next(left) if terms.has_trend else None,
        "rain_m_per_mm": next(left) if terms.has_rain else None,
    }


def _ms(time: dt.datetime) -> int:
    return round(time.timestamp() * 1000)
