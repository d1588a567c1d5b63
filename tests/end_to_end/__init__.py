"""Real firmware, real servers, one path: what is sent is stored, whatever is killed."""

import pytest

pytest.register_assert_rewrite("tests.end_to_end.compare")
