"""An error as the api tells it (RFC 9457)."""

from pydantic import Field

from api.http.models import Shape


class ProblemDocument(Shape):
    """What went wrong, in a sentence that says what to do."""

    type: str = Field(examples=["/docs/problems#bad-parameter"])
    title: str = Field(examples=["A parameter is wrong"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["limit must be less than or equal to 50000, not '1000000000'."])
    instance: str = Field(examples=["/api/v1/datastreams/12/observations"])
    field: str | None = Field(default=None, examples=["limit"])
    code: int | None = Field(default=None, description="The status again, for clients of SensorThings", examples=[400])
    message: str | None = Field(default=None, description="The detail again, for clients of SensorThings")
