"""JSON in one form only: RFC 8785 (JSON Canonicalization Scheme) for the values that we keep.

Floats are refused, so number formatting (its section 3.2.2.3) is that of integers, and those only
as far as every reader of JSON keeps them exactly (RFC 7493, section 2.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

Value: TypeAlias = str | int | bool | list[Any] | dict[str, Any] | None

EXACT = 2**53 - 1
_WORDS = {None: "null", True: "true", False: "false"}


def canonical(value: Any) -> bytes:
    """The one form of `value`, in UTF-8.

    Raises ValueError for floats, integers beyond ±(2^53 - 1), lone surrogates, keys that are not
    text, and anything JSON doesn't have.
    """
    return written(value).encode()


def written(value: Any) -> str:
    """The same as text; a lone surrogate is not noticed here."""
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, int):
        if abs(value) > EXACT:
            raise ValueError(f"{value} is too large to be exact everywhere")
        return int.__repr__(value)
    if isinstance(value, Mapping):
        return _object(value)
    if isinstance(value, list | tuple):
        return f"[{','.join(map(written, value))}]"
    raise ValueError(f"no canonical form for {type(value).__name__}")


def _object(value: Mapping[Any, Any]) -> str:
    if not all(isinstance(key, str) for key in value):
        raise ValueError("a key that is not text has no canonical form")
    pairs = (f"{encode_basestring(key)}:{written(value[key])}" for key in in_order(value))
    return f"{{{','.join(pairs)}}}"


def in_order(keys: Iterable[str]) -> list[str]:
    """Keys sort by UTF-16 code units (section 3.2.3), big-endian so that bytes compare alike."""
    return sorted(keys, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
