"""What programs of the product load, for the process that `tests.programs` copies: imported there alone."""

import gc
import importlib

import dashboard
from api.application import LATER

for module in ("tailwatch.api", *LATER, *dashboard.LATER, "ingest.__main__"):
    importlib.import_module(module)
gc.collect()
gc.freeze()  # what is never looked at again stays shared with the copies
