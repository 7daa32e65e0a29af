"""Words of strangers that have not come whole yet: each holds a connection while it is awaited.

Few at a time from one origin and from all together, so that nobody who sends a letter at a time
takes the connections that members need. Members are not counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

AN_ORIGINS = 32
OF_ALL = 256


class Arriving:
    """How many are awaited, by origin."""

    def __init__(self, *, an_origin: int = AN_ORIGINS, of_all: int = OF_ALL) -> None:
        self._an_origin = an_origin
        self._of_all = of_all
        self._awaited: Counter[str] = Counter()

    def has_room(self, origin: str) -> bool:
        """Whether one more may be awaited from there."""
        return self._awaited[origin] < self._an_origin and self._awaited.total() < self._of_all

    @contextmanager
    def one(self, origin: str) -> Iterator[None]:
        """Count one while it is awaited."""
        self._awaited[origin] += 1
        try:
            yield
        finally:
            self._awaited[origin] -= 1
            self._awaited += Counter()  # forgets who has none
