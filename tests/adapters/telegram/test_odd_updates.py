"""Whatever comes as an update, reading it ends in events or in `Unknown`, never in an error."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram import inbound, plain
from bot.messaging import Event, MessageReceived, RawInbound
from tests.adapters.telegram.test_golden import GOLDEN, ME, RECEIVED

UPDATES: list[dict[str, Any]] = [json.loads(path.read_text())["update"] for path in GOLDEN]

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def read(payload: str) -> list[Event]:
    raw = RawInbound(source="telegram", key="odd", payload=payload, received_at=RECEIVED)
    return inbound.events(raw, ME)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a JSON value."""
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    found = []
    for key in list(keys):
        found.append((value, key))
        if isinstance(value[key], dict | list):
            found += _places(value[key])
    return found


@given(st.data())
def test_an_update_with_one_thing_wrong_is_read_or_set_aside(data: st.DataObject) -> None:
    """Any field missing or of any other kind."""
    update = copy.deepcopy(data.draw(st.sampled_from(UPDATES)))
    container, key = data.draw(st.sampled_from(_places(update)))
    if data.draw(st.booleans()):
        del container[key]
    else:
        container[key] = data.draw(values)
    events = read(json.dumps(update))
    assert all(isinstance(event, Event) for event in events)
    assert all(event.source == "telegram" for event in events)


TEXTS = [update for update in UPDATES if "text" in update.get("message", {})]


@given(st.data())
def test_the_short_way_and_the_long_way_are_one(data: st.DataObject) -> None:
    """A plain text is read without the library's objects, and means what the library reads."""
    update = copy.deepcopy(data.draw(st.sampled_from(TEXTS)))
    container, key = data.draw(st.sampled_from(_places(update)))
    match data.draw(st.sampled_from(["as it is", "missing", "changed"])):
        case "missing":
            del container[key]
        case "changed":
            container[key] = data.draw(values)
    payload = json.dumps(update)
    raw = RawInbound(source="telegram", key="odd", payload=payload, received_at=RECEIVED)
    short = plain.text_message(raw, ME, json.loads(payload))
    if short is not None:
        with suppress(TypeError, AttributeError):  # the library minds parts that we don't look at
            assert inbound._Reading(raw, ME, json.loads(payload)).events() == [short]


def test_a_plain_text_takes_the_short_way() -> None:
    """In a private chat and in a group; anything more does not."""
    names = {path.stem for path, update in zip(GOLDEN, UPDATES, strict=True) if _is_short(update)}
    assert names == {
        *("text", "text_wide", "start", "group_text"),
        *("command_to_us", "command_to_another"),
    }


def _is_short(update: dict[str, Any]) -> bool:
    raw = RawInbound(source="telegram", key="x", payload="", received_at=RECEIVED)
    return plain.text_message(raw, ME, update) is not None


@given(st.text())
def test_any_text_is_set_aside(payload: str) -> None:
    """What is no JSON, or JSON of another kind."""
    assert all(isinstance(event, Event) for event in read(payload))


@given(st.text(alphabet=st.characters(codec=None)))
def test_any_message_can_be_written_down(text: str) -> None:
    """Even halves of characters, which JSON can carry and no database takes."""
    update = copy.deepcopy(UPDATES[0])
    update["message"] = {**_plain_message(), "text": text or "x"}
    (event,) = read(json.dumps(update))
    assert isinstance(event, MessageReceived)
    event.text.encode()


def _plain_message() -> dict[str, Any]:
    chat = {"id": 1, "type": "private", "first_name": "An"}
    user = {"id": 1, "is_bot": False, "first_name": "An"}
    return {"message_id": 1, "date": 1_795_045_200, "chat": chat, "from": user}


def test_a_name_of_half_characters_can_be_written_down() -> None:
    """In a name as in a text."""
    message = _plain_message()
    message["from"]["first_name"] = "\ud83d An"
    (event,) = read(json.dumps({"update_id": 5, "message": {**message, "text": "x"}}))
    assert event.sender is not None
    event.sender.display.encode()
