"""A finding: a rule that a facility file does not keep, where, and the values that it speaks of; no sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from toml_file.problems import Path, spell

Severity = Literal["error", "warning", "note"]
"""A file with an error is not taken in; a warning is for a person to weigh; a note says how things are."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. line counts from 1; 0 when it belongs to none."""

    code: str
    severity: Severity
    path: Path
    values: Mapping[str, Any] = field(default_factory=dict)
    line: int = 0

    @property
    def key(self) -> str:
        """The place in the file as TOML writes it."""
        return spell(self.path)
