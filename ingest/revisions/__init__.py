"""Revisions: the only way in which a stored value or flag is replaced, with who, why, when and under which version.

The database keeps what a revision replaces (`superseded`) and refuses every other change. `begin` and `close` hold a
revision; `replace` puts new rows in place of the stored ones, and `touch` brings up to date what hangs on them;
`set_quality` and `annotate` are what a person does by hand; `undo` gives back what was there before, as a revision of
its own. `take_verdicts` takes over what an agent says of a row later than at first.
"""

from ingest.revisions.annotations import annotate, withdraw
from ingest.revisions.books import RevisionDraft, RevisionRefused, begin, close, progress, resume
from ingest.revisions.quality import MANUAL, set_quality
from ingest.revisions.replacement import Replacement, ReplacementOutcome, encoded, join, replace, touch
from ingest.revisions.undo import UNDONE, undo
from ingest.revisions.verdicts import close_verdicts, take_verdicts

__all__ = [
    "MANUAL",
    "UNDONE",
    "Replacement",
    "ReplacementOutcome",
    "RevisionDraft",
    "RevisionRefused",
    "annotate",
    "begin",
    "close",
    "close_verdicts",
    "encoded",
    "join",
    "progress",
    "replace",
    "resume",
    "set_quality",
    "take_verdicts",
    "touch",
    "undo",
    "withdraw",
]
