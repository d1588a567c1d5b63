"""The runner on the VM: `micropython run_on_vm.mpy MODULE FOLDER` calls every test of one module.

Debian's VM has no unittest. Prints a line a failure and `ran N`; the exit code is 1 where one failed.
"""

import gc
import sys


def main() -> int:
    """Runs the module named on the command line."""
    module = __import__(sys.argv[1], None, None, ("x",))
    ran = failed = 0
    for name in sorted(dir(module)):
        if name[:5] != "test_":
            continue
        gc.collect()
        ran += 1
        try:
            getattr(module, name)()
        except Exception as error:  # noqa: BLE001 - a runner reports whatever a test raises
            failed += 1
            print("FAILED", name)
            sys.print_exception(error)  # type: ignore[attr-defined]
    print("ran", ran, "heap free", gc.mem_free())  # type: ignore[attr-defined]
    return 1 if failed else 0
