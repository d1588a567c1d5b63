"""Runs a built node under MicroPython and writes which modules it had loaded when it ended."""

import sys

built, folder, out = sys.argv[1:4]
sys.path.insert(0, built)
sys.argv[:] = ["main.py", folder]
try:
    with open(built + "/main.py") as file:
        exec(compile(file.read(), "main.py", "exec"), {"__name__": "__main__"})
except KeyboardInterrupt:
    pass
finally:
    with open(out, "w") as file:
        file.write("\n".join(sorted(sys.modules)))
