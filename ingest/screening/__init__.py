"""Screenings: what is stated of facilities with few samples or none, logged, and scored when samples come.

make(connection, author, parameters)   one of what is public and one of all; the same inputs change nothing
score_waiting(connection)              holds intervals against samples that came after them
ScoreFollower                          the job that does it when samples have come
known_facilities(connection, scope)    what a screening starts from
newest(connection, scope, element)     the intervals of the newest screening
stored_hit_rate(connection, scope)     how intervals held
"""

from ingest.screening.known_facilities import SCOPES, KnownFacility, Scope, TooManyFacilities, known_facilities
from ingest.screening.scoring import ScoreFollower, score_waiting
from ingest.screening.screening_run import MadeScreening, make
from ingest.screening.stored import StoredInterval, newest
from ingest.screening.stored import hit_rate as stored_hit_rate

__all__ = [
    "SCOPES",
    "KnownFacility",
    "MadeScreening",
    "Scope",
    "ScoreFollower",
    "StoredInterval",
    "TooManyFacilities",
    "known_facilities",
    "make",
    "newest",
    "score_waiting",
    "stored_hit_rate",
]
