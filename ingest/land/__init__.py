"""Layers of land use: a file into shapes that are found by their boxes, or a look at what it would do, and out again.

take(connection, name, content, source, author)   load a file in place of what the layer had
preview(connection, content, source)              what that would do
remove(connection, layer, author)                 take a layer out
loaded(connection)                                which layers there are
exported(connection, layer)                       its shapes as they were loaded
"""

from ingest.land.layers import (
    LayerPreview,
    LoadedLayer,
    OlderLayer,
    TakenLayer,
    UnknownLayer,
    exported,
    loaded,
    preview,
    remove,
    take,
)

__all__ = [
    "LayerPreview",
    "LoadedLayer",
    "OlderLayer",
    "TakenLayer",
    "UnknownLayer",
    "exported",
    "loaded",
    "preview",
    "remove",
    "take",
]
