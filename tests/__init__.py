"""The suite. Workers stand side by side on a few cores: each reckons with one thread, for several would only wait."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
