"""One form of JSON only (RFC 8785)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.journal.canonical import EXACT, canonical
from bot.journal.chain import body

text = st.text(st.characters(exclude_categories=["Cs"]))
values: Any = st.recursive(
    st.none() | st.booleans() | st.integers(-EXACT, EXACT) | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_it_says_the_same_as_the_value(value: Any) -> None:
    """Any reader of JSON gets the value back."""
    assert json.loads(canonical(value)) == value


@given(st.dictionaries(text, values, max_size=6), st.randoms())
def test_the_order_of_keys_does_not_matter(value: dict[str, Any], random: Any) -> None:
    """The same object, built in another order, has the same bytes."""
    names = list(value)
    random.shuffle(names)
    assert canonical({name: value[name] for name in names}) == canonical(value)


def test_keys_sort_as_in_the_rfc() -> None:
    """The sorting example of RFC 8785, section 3.2.3: by UTF-16 code units, not code points."""
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    told = canonical(dict.fromkeys(names)).decode()
    assert list(json.loads(told)) == [
        "\r",
        "1",
        "\u0080",
        "\u00f6",
        "\u20ac",
        "\U0001f600",
        "\ufb33",
    ]


def test_characters_are_escaped_as_in_the_rfc() -> None:
    """Section 3.2.2.2: the seven short escapes, lower-case \\u00xx for other controls, else as is."""
    told = canonical('\u20ac$\u000f\nA\'B"\\\\"/\b\t\f\r\u007f\u2028').decode()
    assert told == '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\\b\\t\\f\\r\u007f\u2028"'


def test_there_is_no_white_space() -> None:
    """Nothing stands between the parts."""
    assert canonical({"b": [1, {}, []], "a": [True, None]}) == b'{"a":[true,null],"b":[1,{},[]]}'


@pytest.mark.parametrize("value", [1.5, EXACT + 1, {1: "a"}, {"a": b"b"}, "\ud800", {"\ud800": 1}])
def test_what_has_no_single_form_is_refused(value: Any) -> None:
    """Floats, integers that not every reader keeps, half characters: refused, not guessed."""
    with pytest.raises(ValueError, match=r".+"):
        canonical(value)


@given(
    st.integers(1, EXACT),
    st.dictionaries(text, st.text("0123456789abcdef", min_size=64, max_size=64), max_size=4),
)
def test_a_body_is_in_canonical_form(n: int, commitments: dict[str, str]) -> None:
    """Bodies are written out by hand, for speed: the same bytes as the rule makes."""
    ts = "2026-11-12T22:14:03.123Z"
    assert body(n, ts, commitments) == canonical({"n": n, "ts": ts, "commitments": commitments})
