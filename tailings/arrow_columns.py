"""The columns of observations in Arrow and Parquet, which the archive and the files of the api share."""

from typing import Final

import pyarrow as pa

TIME: Final = pa.field("phenomenon_time", pa.timestamp("us", "UTC"), nullable=False)
RESULT: Final = pa.field("result", pa.float64())
"""Null where the instrument gave no value."""
QUALITY: Final = pa.field("quality", pa.int8(), nullable=False)
NAME: Final = pa.field("datastream", pa.dictionary(pa.int32(), pa.string()), nullable=False)
