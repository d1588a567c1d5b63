"""Packages: what is known of a facility's readings in a span, as one ZIP that can be cited and checked by anybody.

`begin` fixes an instant; `gather` puts the next piece of readings into a draft (a folder, or the database) and `bind`
makes the ZIP of it: the same draft gives the same bytes, and who was interrupted goes on. `take_up`, `go_on` and
`finish` do the same in the database, where the api has it from. `verify` makes every derived
value, flag and figure of a package again from what it holds, without a database.
"""

from ingest.packages.draft_folder import DraftFolder, Pieces, interrupted
from ingest.packages.layout import BadPackage, PackageDraft, PackageRefused
from ingest.packages.stored_package import StoredPackage, finish, go_on, take_up
from ingest.packages.verification import Difference, Verification, verify
from ingest.packages.writer import WrittenPackage, begin, bind, gather

__all__ = [
    "BadPackage",
    "Difference",
    "DraftFolder",
    "PackageDraft",
    "PackageRefused",
    "Pieces",
    "StoredPackage",
    "Verification",
    "WrittenPackage",
    "begin",
    "bind",
    "finish",
    "gather",
    "go_on",
    "interrupted",
    "take_up",
    "verify",
]
