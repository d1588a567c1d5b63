"""The contract of a message: what may stand in a pack, a batch, a mark and a topic, and how it is refused.

Import what you need and no more, a node pays for every module in heap:

- ``limits``, ``quality``, ``names``, ``topics``, ``marks``, ``clock``: small, for nodes and programs alike
- ``packing``: packs as a node writes them (``body``, ``put_head``)
- ``pack``: packs as they are read and checked (``decode``, ``check``, ``read_head``, ``encode``)
- ``frame``: the same messages on a serial line (``encode``, ``decode``, ``Splitter``)
- ``chapter``: what a receiver knows of one epoch of one sender (``Chapter``)
- ``batch``, ``observation``: what an edge agent forwards to the centre (``encode``, ``put_head``, ``decode``)
- ``fast``, ``fastbatch``: ``decode_pack``, ``decode_batch`` and ``decode_batches`` for CPython, with the verdicts of
  the reference; ``columns``: the observations of a batch as numpy arrays
- ``cborbatch``: the other form of a batch (``encode``, ``put_head``, ``decode``); ``fastcbor`` reads many at once, for
  CPython
- ``squeeze``: compression of batches (``squeezed``, ``expanded``), for CPython
- ``trouble``: why a broker cannot be reached, in a sentence (``sentence``), for CPython
- ``senml``, ``strictjson``, ``cbor``, ``units``: the RFC 8428 layer underneath
- ``reasons``, ``tables``: refusals for people, and this contract as Markdown (``python -m wire.tables``)
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
