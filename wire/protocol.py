"""The version of the protocol: which one this release speaks, which it understands, how a receiver treats a head."""

PROTOCOL = 2
OLDEST_UNDERSTOOD = 1
UNSTATED = 1  # of a head that states none: release 0.1 stated none, and a pack whose form is still that of 1 need not

UNDERSTOOD, LATER, EARLIER = "understood", "later", "earlier"


def treatment(stated: int, newest: int = PROTOCOL, oldest: int = OLDEST_UNDERSTOOD) -> str:
    """How a receiver that understands `oldest` to `newest` treats a message of protocol `stated`.

    UNDERSTOOD: it is read. LATER, EARLIER: it is held back, neither acknowledged nor stored in any way, and stays with
    its sender until the receiver (LATER) or the sender (EARLIER) is upgraded.
    """
    if stated > newest:
        return LATER
    return UNDERSTOOD if stated >= oldest else EARLIER
