"""Tests of annual statements over HTTP."""
