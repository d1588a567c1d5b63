"""Tests of evidence: photos and sheets in, kept, out."""
