"""The tests, laid out as what they test is."""

import pytest

# Helpers fail as clearly as tests do, and `python -O` does not take their asserts away.
pytest.register_assert_rewrite("tests.support")
