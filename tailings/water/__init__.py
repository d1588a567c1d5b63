"""Water: what laboratories find in it, which limits are in force, and what kind of drainage it is.

parse(cells, zone)             samples of a laboratory's table, and every fault by row and column
limits.in_force(day)           dated rows with their source
limits.rules()                 the rules by which laboratory values are held against them (`tailings.assess.water`)
drainage.classify(...)         acid, neutral or saline drainage, with the reasons
"""

from tailings.water import drainage, limits
from tailings.water.samples import Analysis, Parsed, ParsedSample, parse

__all__ = ["Analysis", "Parsed", "ParsedSample", "drainage", "limits", "parse"]
