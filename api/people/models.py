"""Who the caller is, as the api tells it."""

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
