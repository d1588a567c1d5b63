"""Tests of the codec: the standards' examples, a table of bad input, and equal verdicts of both decoders."""
