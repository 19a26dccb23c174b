"""Assertions of the shared suite are explained as those of test files are."""

import pytest

pytest.register_assert_rewrite("tests.publish.suite")
