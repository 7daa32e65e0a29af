"""pytest's fixtures of the test kit: `pytest_plugins = ["bot.testkit.plugin"]` in a conftest."""

from __future__ import annotations

import pytest

# Before anything imports the suite, so that its asserts explain themselves.
pytest.register_assert_rewrite("bot.testkit.contract", "bot.testkit.peer")
