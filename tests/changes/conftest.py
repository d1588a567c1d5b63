"""The files of the changes are tests of another tree: tests/house/test_changes.py runs them there."""

collect_ignore_glob = ["*/*"]
