"""The people and groups of the loopback server, and what their screens show."""

from __future__ import annotations

import base64
import secrets
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adapters.signal.ids import group_address_id

if TYPE_CHECKING:
    from tests.adapters.signal.restapi import SignalServer


@dataclass(slots=True, kw_only=True, eq=False)
class Shown:
    """One message as a screen shows it now. `author` is None for the bot's.

    `quote` is (author's uuid, or None for the bot; timestamp). `earlier` are the texts before each
    edit, `versions` all its timestamps, the first one first. `reactions` are by the reactor's uuid.
    """

    author: Person | None
    timestamp: int
    text: str = ""
    bold: tuple[str, ...] = ()
    files: list[tuple[str, str, bytes]] = field(default_factory=list)  # mime, name, content
    quote: tuple[str | None, int] | None = None
    earlier: list[str] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    deleted: bool = False
    reactions: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.versions.append(self.timestamp)


@dataclass(slots=True, kw_only=True, eq=False)
class Person:
    """Somebody on Signal. `hidden` people's numbers are not shown to the bot.

    `failure` is what signal-cli reports for this recipient instead of a success.
    """

    server: SignalServer
    name: str
    number: str
    hidden: bool = False
    failure: str | None = None
    uuid: str = field(default_factory=lambda: str(uuid.uuid4()))
    shown: list[Shown] = field(default_factory=list)

    def says(self, text: str, group: Group | None = None, **more: Any) -> Shown:
        """Write to the bot, or in a group. `quote` is a message answered; `more` goes in the frame."""
        return self._writes(group, text=text, **more)

    def sends_photo(
        self,
        content: bytes,
        group: Group | None = None,
        *,
        caption: str = "",
        mime: str = "image/jpeg",
        name: str | None = None,
    ) -> Shown:
        return self.sends_files([(mime, name, content)], group, caption=caption)

    def sends_files(
        self,
        files: list[tuple[str, str | None, bytes]],
        group: Group | None = None,
        *,
        caption: str = "",
    ) -> Shown:
        """Several files are one message on Signal, as an album is."""
        attachments = [self.server.keep(*one) for one in files]
        return self._writes(group, text=caption, attachments=attachments)

    def sends_sticker(self, group: Group | None = None) -> Shown:
        return self._writes(group, sticker={"packId": "9a32eda0", "stickerId": 7})

    def sends_contact(self, group: Group | None = None) -> Shown:
        return self._writes(group, contacts=[{"name": {"display": "Slotenmaker"}}])

    def edits(self, shown: Shown, text: str, group: Group | None = None) -> None:
        """As Signal Desktop does: a second edit names the first, not the original."""
        timestamp, target = self.server.tick(), shown.versions[-1]
        shown.earlier.append(shown.text)
        shown.text = text
        shown.versions.append(timestamp)
        data = self._data(timestamp, group, message=text)
        self.server.deliver(
            self, timestamp, editMessage={"targetSentTimestamp": target, "dataMessage": data}
        )

    def deletes(self, shown: Shown, group: Group | None = None) -> None:
        shown.deleted = True
        self._tells(group, remoteDelete={"timestamp": shown.timestamp})

    def reacts(
        self, shown: Shown, emoji: str, group: Group | None = None, *, remove: bool = False
    ) -> None:
        if remove:
            shown.reactions.pop(self.uuid, None)
        else:
            shown.reactions[self.uuid] = emoji
        reaction = {
            "emoji": emoji,
            **self.server.address_fields("targetAuthor", shown.author),
            "targetSentTimestamp": shown.versions[-1],
            "isRemove": remove,
        }
        self._tells(group, reaction=reaction)

    def receives(self, *shown: Shown, read: bool = False) -> None:
        """Send the receipt for messages of the bot."""
        when = self.server.tick()
        receipt = {
            "when": when,
            "isDelivery": not read,
            "isRead": read,
            "isViewed": False,
            "timestamps": [one.timestamp for one in shown],
        }
        self.server.deliver(self, when, receiptMessage=receipt)

    def types(self) -> None:
        when = self.server.tick()
        typing = {"action": "STARTED", "timestamp": when}
        self.server.deliver(self, when, typingMessage=typing)

    def _writes(self, group: Group | None, *, text: str = "", **more: Any) -> Shown:
        timestamp = self.server.tick()
        answered: Shown | None = more.pop("quote", None)
        shown = Shown(author=self, timestamp=timestamp, text=text)
        if answered is not None:
            shown.quote = (answered.author.uuid if answered.author else None, answered.timestamp)
            more["quote"] = {
                "id": answered.versions[-1],
                **self.server.address_fields("author", answered.author),
                "text": answered.text,
                "attachments": [],
            }
        (group or self).shown.append(shown)
        data = self._data(timestamp, group, message=text or None, **more)
        self.server.deliver(self, timestamp, dataMessage=data)
        return shown

    def _tells(self, group: Group | None, **content: Any) -> None:
        timestamp = self.server.tick()
        data = self._data(timestamp, group, message=None, **content)
        self.server.deliver(self, timestamp, dataMessage=data)

    def _data(self, timestamp: int, group: Group | None, **content: Any) -> dict[str, Any]:
        data = {
            "timestamp": timestamp,
            "expiresInSeconds": 0,
            "isExpirationUpdate": False,
            "viewOnce": False,
            **content,
        }
        if group is not None:
            data["groupInfo"] = group.info("DELIVER")
        return data


@dataclass(slots=True, kw_only=True, eq=False)
class Group:
    """A native group. `internal_id` is signal-cli's, `id` the one that the REST API wants."""

    server: SignalServer
    name: str
    members: list[Person] = field(default_factory=list)
    admins: list[Person] = field(default_factory=list)
    has_bot: bool = True
    bot_is_admin: bool = True
    only_admins_write: bool = False
    revision: int = 1
    shown: list[Shown] = field(default_factory=list)
    internal_id: str = field(
        default_factory=lambda: base64.b64encode(secrets.token_bytes(32)).decode()
    )

    @property
    def id(self) -> str:
        return group_address_id(self.internal_id)

    def joins(self, person: Person) -> None:
        """Somebody is taken into the group; Signal says only that it changed."""
        self.members.append(person)
        self._changed(person)

    def leaves(self, person: Person) -> None:
        self.members.remove(person)
        self._changed(person)

    def info(self, kind: str) -> dict[str, Any]:
        return {
            "groupId": self.internal_id,
            "groupName": self.name,
            "revision": self.revision,
            "type": kind,
        }

    def entry(self) -> dict[str, Any]:
        """The group as GET /v1/groups/{number}?expand=true tells it."""
        told = [self.server.member_entry(person) for person in self.members]
        admins = [self.server.member_entry(person) for person in self.admins]
        bot = self.server.member_entry(None)
        return {
            "name": self.name,
            "description": "",
            "id": self.id,
            "internal_id": self.internal_id,
            "members": [*told, bot] if self.has_bot else told,
            "blocked": False,
            "member": self.has_bot,
            "pending_invites": [],
            "pending_requests": [],
            "invite_link": "",
            "admins": [*admins, bot] if self.bot_is_admin and self.has_bot else admins,
            "permissions": {
                "add_members": "only-admins",
                "edit_group": "only-admins",
                "send_messages": "only-admins" if self.only_admins_write else "every-member",
            },
        }

    def _changed(self, by: Person) -> None:
        self.revision += 1
        timestamp = self.server.tick()
        data = {"timestamp": timestamp, "message": None, "groupInfo": self.info("UPDATE")}
        self.server.deliver(by, timestamp, dataMessage=data)
