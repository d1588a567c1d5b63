"""Whether the api works, as probes and people ask it."""

from pydantic import Field

from api.http.models import Shape, Time


class Health(Shape):
    """The process answers."""

    status: str = Field(examples=["ok"])


class Readiness(Shape):
    """Whether questions can be answered: the database answers and its schema is one that this program knows."""

    status: str = Field(examples=["ready"])
    schema_version: int
    last_commit: int = Field(description="Id of the newest commit of ingest; 0: none yet")
    last_commit_at: Time | None
    lag_s: float | None = Field(description="Seconds since the newest commit")
    live_behind: int = Field(description="Commits that the live view has not yet told its clients")
    live_clients: int
