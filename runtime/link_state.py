"""How a link stands: what a state document and a sheet say of it, without the link itself."""

import msgspec


class LinkState(msgspec.Struct, frozen=True):
    """Whether a link is up, since when [Unix ms], and what keeps it down, or what it is up without."""

    is_up: bool
    since_ms: int
    trouble: str = ""
