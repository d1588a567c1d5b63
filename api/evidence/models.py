"""Evidence as it leaves the api: what is known of a file, which itself is at its address."""

from typing import Literal

from pydantic import Field

from api.http.models import Shape, Time

SubjectKind = Literal["action", "note", "acknowledgement", "calibration"]


class Evidence(Shape):
    """A photo or sheet that somebody attached to what was done; it is never changed."""

    id: int
    subject_kind: SubjectKind
    subject: str = Field(
        description="Number of the action or of the line of history; of a calibration its instrument, @, `valid_from`",
        examples=["n07:vw1@2026-03-14T00:00:00Z"],
    )
    media_type: str = Field(examples=["image/jpeg"])
    name: str = Field(description="As its author named it, without folders", examples=["crest.jpg"])
    shows: str = Field(description="What it shows, in the words of its author")
    bytes: int
    sha256: str = Field(description="Of the file as it came, hexadecimal")
    author: str = Field(examples=["user:3"])
    stored_at: Time
    address: str = Field(description="Of the file", examples=["/api/v1/evidence/7"])
