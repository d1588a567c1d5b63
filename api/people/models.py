"""Who the caller is, and the own sessions, as the api tells it."""

from datetime import datetime

from pydantic import Field

from api.http.models import Shape


class Me(Shape):
    """The caller and its own rights; what is public may be read beside them."""

    who: str = Field(examples=["user:3"], description="anonymous, user:<number> or key:<number>")
    name: str = Field(description="Login name of a user")
    roles: dict[str, list[str]] = Field(
        examples=[{"vale": ["read", "annotate"]}], description="By facility; * is every facility"
    )
    form_token: str | None = Field(description="To send as X-Form-Token with what a session asks for")


class OwnSession(Shape):
    """A session of the caller."""

    number: int = Field(examples=[12])
    began_at: datetime
    last_seen_at: datetime = Field(description="To the minute")
    address: str = Field(examples=["203.0.113.7"], description="Where it began")
    browser: str = Field(examples=["firefox linux"], description="Kind and system of the browser, as it says itself")
    is_this: bool = Field(description="The one that asks")


class OwnSessions(Shape):
    """The living sessions of the caller, the newest first, and how long one lives."""

    sessions: list[OwnSession]
    idle_h: int = Field(description="A session ends after so many hours without use", examples=[12])
    longest_days: int = Field(description="A session ends after so many days in any case", examples=[7])


class EndedSessions(Shape):
    """How many sessions have ended."""

    ended: int


class NewPassword(Shape, defer_build=False):
    """A change of the own password."""

    present: str = Field(description="The password so far")
    password: str = Field(description="The new one: 15 to 200 characters, not common, not made of own names")


class LoginFailure(Shape):
    """Failures of a name from an address, as they stand in the audit log."""

    number: int = Field(description="Of the row in the audit log")
    at: datetime
    user: int | None = Field(description="Number of the user; null: a name that nobody has")
    name: str | None = Field(description="Login name of the user; null where it was erased")
    address: str = Field(examples=["203.0.113.7"], description="An address, or the network of one of IPv6")
    failures: int = Field(description="Of this name from this address so far, within a day")
    others: int = Field(description="Entries before this one that the limit of an hour had no room for")


class LoginFailures(Shape):
    """Failed logins, the newest first."""

    failed_logins: list[LoginFailure]
    waiting_others: int = Field(description="Entries since the newest that the limit of an hour had no room for")
