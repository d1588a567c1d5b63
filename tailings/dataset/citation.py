"""CITATION.cff of a data set: how it is cited, read by GitHub, Zenodo and reference managers.

Source: Citation File Format 1.2.0.
"""

import json

from tailings.dataset.description import DatasetDescription


def document(one: DatasetDescription) -> str:
    """Return the file: YAML whose values are written as JSON, which YAML 1.2 contains."""
    lines = [
        "cff-version: 1.2.0",
        "type: dataset",
        f"message: {_value(one.description)}",
        f"title: {_value(one.title)}",
        "authors:",
        f"  - name: {_value(one.creator)}",
        f"version: {_value(one.version)}",
        f"date-released: {_value(f'{one.known_at:%Y-%m-%d}')}",
        "identifiers:",
        "  - type: other",
        f"    value: {_value(one.content_address)}",
        *([f"url: {_value(one.page)}"] if one.page else []),
        *([f"license: {_value(one.licence)}"] if one.licence else []),
    ]
    return "\n".join(lines) + "\n"


def _value(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
