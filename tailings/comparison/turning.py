"""The smallest change of weights after which the second of two facilities is as good as the first.

An additive score differs by w . d, d the difference of the two in each indicator. Moving a share t of the weights from
indicator i to j lowers it by t (d_i - d_j). So the best receiver is the smallest d, and the best givers are the
largest, each until its weight is used up: this greedy rule solves the linear problem "least weight moved, w . d = 0".
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from tailings.series import Values


class Move(Struct, frozen=True):
    """A share of all weights that goes from one indicator, by its place, to another."""

    giver: int
    receiver: int
    share: float


class Turning(Struct, frozen=True):
    """The moves after which two are equal, and the weights then; any more, and the order is the other.

    moves (): they are equal already.
    """

    moves: tuple[Move, ...]
    weights: tuple[float, ...]

    @property
    def moved(self) -> float:
        """The share of all weights that moves."""
        return sum(one.share for one in self.moves)


def smallest_change(weights: Values, difference: Values) -> Turning | None:
    """Find it, for weights (k,) that sum to 1 and the first's lead (k,) over the second in each indicator.

    An indicator without weight is not chosen, and is given none. None: no weights of the chosen ones turn the order.
    """
    chosen = [place for place in range(len(weights)) if weights[place] > 0]
    receiver = min(chosen, key=lambda place: difference[place])
    left = float(weights @ difference)
    if left <= 0:
        return Turning((), tuple(float(one) for one in weights))
    if difference[receiver] >= 0:
        return None
    moves, after = [], [float(one) for one in weights]
    for giver in _givers(chosen, receiver, difference):
        gain = float(difference[giver] - difference[receiver])
        share = min(after[giver], left / gain)
        moves.append(Move(giver, receiver, share))
        after[giver] -= share
        after[receiver] += share
        left -= share * gain
        if left <= 0 or share < weights[giver]:
            break
    return Turning(tuple(moves), tuple(after))


def _givers(chosen: Sequence[int], receiver: int, difference: Values) -> list[int]:
    givers = [place for place in chosen if difference[place] > difference[receiver]]
    return sorted(givers, key=lambda place: -difference[place])
