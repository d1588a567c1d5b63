"""The codec: packs, batches and other documents between bytes and values, for CPython; ``wire`` says what they share.

What breaks a rule raises the BadPack of ``wire``, and nothing else.

- ``pack``: packs as they are read and checked (``decode``, ``read_head``, ``encode``); ``packing``: how they
  are written (``body``, ``put_head``)
- ``batch``, ``observation``, ``batch_items``: what an edge agent forwards (``encode``, ``put_head``, ``decode``)
- ``cborbatch``: the other form of a batch; ``compression``: of batches (``squeezed``, ``expanded``)
- ``fast``, ``fastbatch``, ``fastcbor``, ``fastrows``: ``decode_pack``, ``decode_batch`` and ``decode_batches``, many at
  once, with the verdicts of the reference; ``columns``: the observations of a batch as numpy arrays
- ``frame``: messages on a serial line (``encode``, ``decode``, ``Splitter``)
- ``json_document``: JSON that is no pack (states, births, messages of other makers)
- ``senml``, ``cbor``, ``units``: the RFC 8428 layer underneath
- ``tables``: the contract as Markdown (``python -m codec.tables`` prints docs/wire.md)
"""
