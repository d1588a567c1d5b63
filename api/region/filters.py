"""Which facilities of a region are asked for: what registers are filtered by, and what a place or a state gives."""

from typing import Any, Final

from pydantic import Field

from api.overview.selection import BoxText, edges
from api.register.filters import EDGES, EntryFilter
from tailings.assess.model import Verdict

NUTS: Final = r"^[A-Z]{2}[A-Z0-9]{0,14}$"


class RegionFilter(EntryFilter):
    """Which facilities, measured here or in registers: all parameters that are given have to be met."""

    nuts: str | None = Field(None, pattern=NUTS, description="Code of a region, or how it begins", examples=["PT16"])
    state: Verdict | None = Field(
        None,
        description="Of the facility of this site; a row of a register has it where a person said they are the same",
    )
    box: BoxText = None

    @property
    def asked(self) -> dict[str, str]:
        """What is asked for, by the names of the parameters; '': anything."""
        return super().asked | {"nuts": self.nuts or "", "state": self.state or "", "box": self.box or ""}

    @property
    def is_of_rows(self) -> bool:
        """Whether something is asked that only a row of a register says."""
        return any((self.register_, self.status, self.attention))

    def narrowed(self, sees_all: bool, numbers: list[int] | None) -> dict[str, Any]:
        """What a query asks with, of these entries only; None: of any."""
        found = self.values(sees_all) | {"numbers": numbers}
        return found | dict(zip(EDGES, edges(self.box), strict=True)) if self.box else found
