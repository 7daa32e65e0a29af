"""What language the page speaks."""

from __future__ import annotations

import pytest

from adapters.webchat.words import preferred


@pytest.mark.parametrize(
    ("header", "place", "language"),
    [
        (None, "nl", "nl"),
        (None, "en", "en"),
        ("en-GB,en;q=0.9", "nl", "en"),
        ("nl-BE", "en", "nl"),
        ("fr-BE, en;q=0.5", "nl", "en"),  # no French texts yet
        ("zh", "en", "en"),
        ("zh", "fr", "nl"),
    ],
)
def test_the_first_language_we_speak_is_taken(
    header: str | None, place: str, language: str
) -> None:
    """The browser's, as far as the page has its texts; then the place's own; then Dutch."""
    assert preferred(header, place) == language
