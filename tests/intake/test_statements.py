"""What one message costs the store."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.story.village import Village

MOST = 8


@contextmanager
def statements(street: Village) -> Iterator[list[str]]:
    """Everything the writer's connection is asked within, apart from commits and savepoints."""
    found: list[str] = []
    frame = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")

    def note(sql: str) -> None:
        if not sql.startswith(frame):
            found.append(sql)

    held = street.store.writer._held
    assert held is not None
    connection = held.driver_connection
    assert connection is not None
    connection.set_trace_callback(note)
    try:
        yield found
    finally:
        connection.set_trace_callback(None)


def of_message(found: list[str]) -> list[str]:
    """Those of accepting and deciding: delivery's own come after the first claim."""
    upto = next((n for n, sql in enumerate(found) if "attempts" in sql), len(found))
    return found[:upto]


async def test_an_answer_in_a_report_costs_few_statements(street: Village) -> None:
    """At most eight: seen before, who speaks, which conversation, the question, where it stands,
    its timer, the cursor.
    """
    await street.begins(street.anna)
    await street.anna.hears("Wat zie")
    await street.settled()
    with statements(street) as found:
        street.anna.says("man met koevoet")
        await street.anna.hears("Waar is het")
    assert len(of_message(found)) <= MOST, "\n".join(of_message(found))


async def test_meld_costs_few_statements(street: Village) -> None:
    with statements(street) as found:
        street.anna.says("meld")
        await street.anna.hears("Bel eerst 101")
    assert len(of_message(found)) <= MOST, "\n".join(of_message(found))
