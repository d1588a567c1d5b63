"""Processing: the raw rows of one group become judged rows of every datastream that depends on them."""
