"""An approval that ends."""

import pytest

from ingest.alarms import plans
from tailings import tarp
from tests.ingest.alarms.dam import TEXT, minute
from tests.ingest.alarms.looked import Looked

ENDING = TEXT.replace("version = 2\n", "version = 3\n", 1).replace(
    "approved_on = 2024-07-01\n", "approved_on = 2024-07-01\nvalid_to = DAY\n"
)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2025-12-25", None),
        ("2025-12-24", "Approval of plan overtopping ends on 24 Dec 2025"),
        ("2025-11-24", "Approval of plan overtopping ends on 24 Nov 2025"),
        ("2025-11-23", "Approval of plan overtopping ended on 23 Nov 2025. It still calls people; renew it"),
    ],
)
def test_an_approval_that_ends_is_told(looked: Looked, day: str, said: str | None) -> None:
    """On 24 November, thirty days ahead to the day; who renews it here ends the alarm."""
    looked.dam.apply(ENDING.replace("DAY", day))
    looked.dam.put([(1, 337.0)])
    looked.dam.follow(1)
    found = looked.look(2)
    titles = looked.dam.titles("rule = 'approval'")
    _, plan = plans.stored(looked.dam.connection, "vale", "overtopping")
    renewed = plans.Approval("overtopping", tarp.digest(plan), "Engineer of Record", "user:4", "again", valid_to=None)
    plans.approve(looked.dam.connection, "vale", renewed, minute(2.5))

    assert titles == ([said] if said else [])
    assert (("approval", "overtopping") in found) is bool(said)
    assert ("approval", "overtopping") not in looked.look(3)
