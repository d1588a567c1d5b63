"""The front door: the `tailwatch` command, and the runner that the demo and the end-to-end tests share.

Matrices are small here: a second thread of OpenBLAS doubles the processor time of a study and saves none (5.3 s for
2.9). Set before numpy is first imported; whoever sets it otherwise is heard.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
