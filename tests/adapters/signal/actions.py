"""What the loopback server does with each request, after signal-cli-rest-api's own code.

Sentences of errors are signal-cli's and the REST layer's, numbers in them included: whoever shows
one to a person would show a number.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.adapters.signal import styled
from tests.adapters.signal.people import Group, Person, Shown

if TYPE_CHECKING:
    from tests.adapters.signal.restapi import SignalServer

Answer = tuple[int, Any]
Action = Callable[["SignalServer", list[str], Any], Answer]
"""The server, the values in the path, the JSON body; returns status and body."""


class Refusal(Exception):
    """What the server answers instead of a success."""

    def __init__(self, status: int, error: str) -> None:
        self.status = status
        self.error = error
        super().__init__(error)


def about(server: SignalServer, _: list[str], __: Any) -> Answer:
    return 200, {
        "versions": ["v1", "v2"],
        "build": 2,
        "mode": server.mode,
        "version": server.version,
        "capabilities": {"v2/send": ["quotes", "mentions"]},
    }


def health(_: SignalServer, __: list[str], ___: Any) -> Answer:
    return 204, None


def accounts(server: SignalServer, _: list[str], __: Any) -> Answer:
    return 200, server.accounts


def groups(server: SignalServer, values: list[str], _: Any) -> Answer:
    _own(server, values[0])
    return 200, [group.entry() for group in server.groups]


def group(server: SignalServer, values: list[str], _: Any) -> Answer:
    """An unknown group is 200 with null: in Go a pointer that is nil, but not to `any`."""
    _own(server, values[0])
    found = [group for group in server.groups if group.id == values[1]]
    return 200, found[0].entry() if found else None


def send(server: SignalServer, _: list[str], body: Any) -> Answer:
    """Show the message, or change the one that `edit_timestamp` names."""
    _own(server, body["number"])
    chat, failures = _recipient(server, body["recipients"])
    if not body["message"] and not body.get("base64_attachments"):
        raise Refusal(400, "Sending empty message is not allowed, either a message, ...")
    timestamp = server.tick()
    _show(server, chat, body, timestamp)
    entry: dict[str, Any] = {"timestamp": str(timestamp)}
    if failures and server.array_replies:
        entry["errors"] = {"recipients": failures}
    return 201, [entry] if server.array_replies else entry


def remote_delete(server: SignalServer, values: list[str], body: Any) -> Answer:
    _own(server, values[0])
    chat, _ = _recipient(server, [body["recipient"]])
    shown = _find(chat, None, body["timestamp"])
    if shown is not None:
        shown.deleted = True
    return 201, {"timestamp": str(server.tick())}


def react(server: SignalServer, values: list[str], body: Any) -> Answer:
    shown = _reacted(server, values, body)
    if shown is not None:
        shown.reactions[server.uuid] = body["reaction"]
    return 204, None


def unreact(server: SignalServer, values: list[str], body: Any) -> Answer:
    shown = _reacted(server, values, body)
    if shown is not None:
        shown.reactions.pop(server.uuid, None)
    return 204, None


def attachment(server: SignalServer, values: list[str], _: Any) -> Answer:
    if values[0] not in server.attachments:
        raise Refusal(404, "No attachment with that name found")
    return 200, server.attachments[values[0]]


def drop_attachment(server: SignalServer, values: list[str], _: Any) -> Answer:
    if server.attachments.pop(values[0], None) is None:
        raise Refusal(404, "No attachment with that name found")
    server.removed.append(values[0])
    return 204, None


ACTIONS: dict[str, Action] = {
    "GET /v1/about": about,
    "GET /v1/health": health,
    "GET /v1/accounts": accounts,
    "GET /v1/groups/{number}": groups,
    "GET /v1/groups/{number}/{groupid}": group,
    "POST /v2/send": send,
    "DELETE /v1/remote-delete/{number}": remote_delete,
    "POST /v1/reactions/{number}": react,
    "DELETE /v1/reactions/{number}": unreact,
    "GET /v1/attachments/{attachment}": attachment,
    "DELETE /v1/attachments/{attachment}": drop_attachment,
}


def _own(server: SignalServer, number: str) -> None:
    if number != server.number:
        raise Refusal(400, f"Specified account does not exist: {number}")


def _recipient(
    server: SignalServer, recipients: list[str]
) -> tuple[Person | Group, list[dict[str, str]]]:
    """Who is meant, and whom the message doesn't reach; raises what signal-cli would say."""
    if len(recipients) != 1:
        raise Refusal(400, "this server takes one recipient a request")
    group = next((one for one in server.groups if one.id == recipients[0]), None)
    if group is not None:
        return group, _group_failures(server, group)
    if recipients[0].startswith("group."):
        raise Refusal(400, f"Group not found: {recipients[0]}")
    person = next((p for p in server.people if recipients[0] in {p.uuid, p.number}), None)
    if person is None:
        raise Refusal(400, f"The user {recipients[0]} is not registered.")
    return person, [_failure(person)] if person.failure else []


def _group_failures(server: SignalServer, group: Group) -> list[dict[str, str]]:
    told = f"{group.name} ({group.internal_id})"
    if not server.has_profile:
        raise Refusal(400, "Cannot send message to group - please first update your profile.")
    if not group.has_bot:
        raise Refusal(400, f"User is not a member in group: {told}")
    if group.only_admins_write and not group.bot_is_admin:
        raise Refusal(400, f"User is not allowed to send message to group: {told}")
    return [_failure(person) for person in group.members if person.failure]


def _failure(person: Person) -> dict[str, str]:
    number = "" if person.hidden else person.number
    return {"uuid": person.uuid, "number": number, "reason": person.failure or ""}


def _show(server: SignalServer, chat: Person | Group, body: Any, timestamp: int) -> None:
    source = body["message"]
    text = styled.read(source) if body.get("text_mode") == "styled" else styled.Styled(source)
    bold = tuple(passage for mark, passage in text.passages if mark == "**")
    edited = _find(chat, None, body["edit_timestamp"]) if "edit_timestamp" in body else None
    if edited is not None:
        edited.earlier.append(edited.text)
        edited.text, edited.bold = text.text, bold
        edited.versions.append(timestamp)
        edited.quote = _quoted(server, body)
        return
    shown = Shown(author=None, timestamp=timestamp, text=text.text, bold=bold)
    shown.files = [_file(uri) for uri in body.get("base64_attachments", [])]
    shown.quote = _quoted(server, body)
    chat.shown.append(shown)


def _quoted(server: SignalServer, body: Any) -> tuple[str | None, int] | None:
    if "quote_timestamp" not in body:
        return None
    author = body["quote_author"]
    return None if author in {server.number, server.uuid} else author, body["quote_timestamp"]


def _reacted(server: SignalServer, values: list[str], body: Any) -> Shown | None:
    _own(server, values[0])
    chat, _ = _recipient(server, [body["recipient"]])
    author = body["target_author"]
    own = author in {server.number, server.uuid}
    return _find(chat, None if own else author, body["timestamp"])


def _find(chat: Person | Group, author: str | None, timestamp: int) -> Shown | None:
    for shown in chat.shown:
        who = shown.author
        named = who is None if author is None else who and author in {who.uuid, who.number}
        if named and timestamp in shown.versions:
            return shown
    return None


def _file(uri: str) -> tuple[str, str, bytes]:
    """Type, name and content of a `data:` URI, taken apart as the server does."""
    head, _, content = uri.rpartition("base64,")
    fields = head.rstrip(",;").split(";")
    mime = fields[0].removeprefix("data:")
    name = next((f.removeprefix("filename=") for f in fields if f.startswith("filename=")), "")
    return mime, name, base64.b64decode(content, validate=True)
