"""Tests of the assessment: values in, codes and numbers out."""
