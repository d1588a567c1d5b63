"""Which records of learning are asked for: for the page and the address."""

from typing import Literal

from pydantic import Field

from api.http.parameters import FormParameters, Id
from api.policy.models import PRINTED

LearningKind = Literal["practices", "events", "organisations"]


class LearningFilter(FormParameters):
    """Which records: all parameters that are given have to be met."""

    search: str | None = Field(None, max_length=100, pattern=PRINTED, description="A part of what it says")
    kind: LearningKind | None = Field(None, description="Only these")
    organisation: Id | None = Field(None, description="Only the organisation and events at which it was")

    @property
    def asked(self) -> dict[str, str]:
        """What is asked for, by the names of the parameters; '': anything."""
        return {"search": self.search or "", "kind": self.kind or "", "organisation": self.organisation or ""}
