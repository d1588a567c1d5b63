"""Functions that a child with limits must not carry through."""


def grow(content: bytes) -> bytes:
    """Take memory without end."""
    taken = []
    while True:
        taken.append(bytearray(1 << 24))


def turn(content: bytes) -> bytes:
    """Compute without end."""
    while True:
        pass


def write(content: bytes) -> bytes:
    """Leave a file behind."""
    with open(content.decode(), "wb") as file:
        file.write(b"left")
    return b"written"


def echo(content: bytes) -> bytes:
    """Give back what came."""
    return content
