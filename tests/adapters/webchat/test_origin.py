"""Who counts as one origin where strangers are limited."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from adapters.webchat.origin import origin_of


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("192.0.2.7", "192.0.2.8", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("unknown", "", True),
    ],
)
def test_a_household_is_one_origin(first: str, second: str, same: bool) -> None:  # noqa: FBT001  # a row
    """One IPv4 address, or one IPv6 network: whoever has a network has all its addresses."""
    one, other = (
        origin_of(Request({"type": "http", "client": (address, 1)})) for address in (first, second)
    )
    assert (one == other) is same
