"""The contract of a message: what node and centre share, and why a message is refused. Importable under MicroPython.

A node ships ``names`` and ``protocol`` and no more, for every module costs heap.

- ``limits``, ``names``, ``quality``: bounds, spelling of ids and epochs, QARTOD flags
- ``topics``: where each message travels, and who may write there
- ``acks``, ``clock``: payloads of acknowledgements and of time requests; how far two clocks may differ
- ``sequence``: what a receiver knows of one epoch of one sender (``SequenceState``)
- ``protocol``: its version, and how a receiver treats another one
- ``reasons``: refusals for people
- ``strictjson``, ``utf8``: how these payloads are read, alike on both interpreters
- ``ending``, ``trouble``: the end of a program, and why a broker cannot be reached, for CPython

Packs and batches are read and written in ``codec``, on CPython; a node writes its packs in ``firmware/node/pack.py``.
"""

_PRINTABLE_CHARS = 64


def _printable(text: str) -> str:
    """Cut and clean what a stranger wrote, so that it can stand in a log line or a column."""
    shown = "".join([c if " " <= c <= "~" else "?" for c in text[:_PRINTABLE_CHARS]])
    shown = shown.replace('"', "'").replace("\\", "/")  # so that it needs no escape in JSON
    return shown + "..." if len(text) > _PRINTABLE_CHARS else shown


class BadPack(Exception):
    """Bytes from outside that break a rule of the wire: quarantine them, count them, go on.

    `field` is the label or record at fault, `reason` a slug of `wire.reasons.FIXES`, `detail` what was seen.
    """

    def __init__(self, field: str, reason: str, detail: str = "") -> None:
        super().__init__(field, reason, detail)
        self.field = _printable(field) or "?"  # an empty label is one, but no column or quarantine record takes it
        self.reason = reason
        self.detail = _printable(detail)

    @property
    def fix(self) -> str:
        """What the sender should do, as half a sentence."""
        from wire.reasons import FIXES  # only when somebody reads it: a node never holds these texts

        return FIXES.get(self.reason, "see docs/wire.md")

    def __str__(self) -> str:
        seen = " (" + self.detail + ")" if self.detail else ""
        return "field '" + self.field + "' refused as " + self.reason + seen + ": " + self.fix
