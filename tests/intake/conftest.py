"""The village of the stories, for what happens beneath them."""

from __future__ import annotations

from tests.story.conftest import munster, street

__all__ = ["munster", "street"]
