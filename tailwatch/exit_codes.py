"""With what each command of `tailwatch` ends: one number for one thing, whichever the command."""

from enum import IntEnum
from typing import Final


class ExitCode(IntEnum):
    """What a shell, a timer or a supervisor is told."""

    DONE = 0
    FOUND = 1
    REFUSED = 2
    ANOTHER_RUNS = 3
    CRASHED = 70
    INTERRUPTED = 130


MEANINGS: Final = {
    ExitCode.DONE: "Done, and nothing asks for a person. Also the end by Ctrl-C or SIGTERM of what runs until then: "
    "`up`, `demo`, `gateway run`, `gateway join`, `api run`.",
    ExitCode.FOUND: "Done, and what was found asks for a person: a row or cell that was not taken (`observations "
    "import`, `observations add`, `samples import`, `assays import`), a plan that is blind (`sight prove`), something "
    "broken (`doctor`), a package that is not what its raw readings give (`verify`), a certificate that ends within 30 "
    "days (`pki status`).",
    ExitCode.REFUSED: "Refused: a wrong option or file (also one that `facility check` or "
    "`gateway check` finds wrong), no database, a question that was answered with no or not at all. Standard error "
    "says why. Nothing was changed; a command that works in steps (`observations import`, `archive write`) keeps those "
    "that it had done.",
    ExitCode.ANOTHER_RUNS: "Another agent of this name runs, and this one has ended for it (`gateway run`, `gateway "
    "join`). To be started again is no help.",
    ExitCode.CRASHED: "A fault of Tailwatch, with its trace on standard error (EX_SOFTWARE of sysexits.h). Please "
    "report it.",
    ExitCode.INTERRUPTED: "Ended by Ctrl-C in the middle of its work (128 + SIGINT). The same command again goes on "
    "where that is said of it, else begins anew.",
}
