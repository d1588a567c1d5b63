"""UTF-8 as RFC 3629 has it: MicroPython's own check lets surrogates and overlong forms through."""

from wire import BadPack


def text_of(data: bytes, field: str) -> str:
    """The text that `data` encodes; raises BadPack(field, "utf-8")."""
    if not _is_valid(data):
        raise BadPack(field, "utf-8")
    return str(data, "utf-8")


def _is_valid(data: bytes) -> bool:
    at, end = 0, len(data)
    while at < end:
        lead = data[at]
        at += 1
        if lead < 0x80:
            continue
        low, high = 0x80, 0xBF  # what the second byte may be: RFC 3629 section 4
        if 0xC2 <= lead <= 0xDF:
            more = 1
        elif 0xE0 <= lead <= 0xEF:
            more = 2
            low = 0xA0 if lead == 0xE0 else low
            high = 0x9F if lead == 0xED else high
        elif 0xF0 <= lead <= 0xF4:
            more = 3
            low = 0x90 if lead == 0xF0 else low
            high = 0x8F if lead == 0xF4 else high
        else:
            return False
        if at + more > end or not low <= data[at] <= high:
            return False
        if not all(0x80 <= follower <= 0xBF for follower in data[at + 1 : at + more]):
            return False
        at += more
    return True
