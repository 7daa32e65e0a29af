"""JSON in one form only: RFC 8785 (JSON Canonicalization Scheme) for the values that we keep.

Floats are refused, so number formatting (its section 3.2.2.3) is that of integers, and those only
as far as every reader of JSON keeps them exactly (RFC 7493, section 2.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Value: TypeAlias = str | int | bool | list[Any] | dict[str, Any] | None

EXACT = 2**53 - 1


def canonical(value: Any) -> bytes:
    """The one form of `value`, in UTF-8.

    Raises ValueError for floats, integers beyond ±(2^53 - 1), lone surrogates, keys that are not
    text, and anything JSON doesn't have.
    """
    return "".join(_pieces(value)).encode()


def _pieces(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield encode_basestring(value)
    elif value is None or isinstance(value, bool):
        yield {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, int):
        if abs(value) > EXACT:
            raise ValueError(f"{value} is too large to be exact everywhere")
        yield str(value)
    elif isinstance(value, Mapping):
        yield from _object(value)
    elif isinstance(value, list | tuple):
        yield from _array(value)
    else:
        raise ValueError(f"no canonical form for {type(value).__name__}")


def _object(value: Mapping[Any, Any]) -> Iterator[str]:
    if not all(isinstance(key, str) for key in value):
        raise ValueError("a key that is not text has no canonical form")
    mark = "{"
    for key in sorted(value, key=_utf16):
        yield f"{mark}{encode_basestring(key)}:"
        yield from _pieces(value[key])
        mark = ","
    yield "{}" if mark == "{" else "}"


def _array(value: list[Any] | tuple[Any, ...]) -> Iterator[str]:
    mark = "["
    for item in value:
        yield mark
        yield from _pieces(item)
        mark = ","
    yield "[]" if mark == "[" else "]"


def _utf16(key: str) -> bytes:
    """Keys sort by UTF-16 code units (section 3.2.3), big-endian so that bytes compare alike."""
    return key.encode("utf-16-be", "surrogatepass")
