"""The police's mail, without anyone thinking of it.

Every minute, and when woken, it looks at the ledger: what is due is cut, what is cut is made, what
is made is sent. The scheduler only wakes it; what is due follows from the ledger alone. Bytes lie
on disk before they are sent, so that after a crash the same bytes go under the same Message-ID.
What the server puts off is tried again after 1, 2, 4 … 60 minutes, for as long as it takes. What
it refuses for good waits for a person: the coordinators are told, `saarbot digest` tries again.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bot.errors import MailPermanent, MailTemporary, PackageError
from bot.journal.vault import Vault
from bot.messaging.workers import Workers
from bot.operations.logs import Told
from bot.police.issue import label
from bot.police.ledger import Ledger
from bot.police.outcomes import MailNews, Outcomes
from bot.store import police as rows

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.dialogue.texts import Texts
    from bot.police.mail import Mail
    from bot.settings import Settings
    from bot.store.engine import Store
    from bot.store.police import Digest, Line
    from bot.store.tx import Tx

    Progress = Callable[[int, int, str], None]
    Handler = Callable[[Mapping[str, Any], Progress], Awaitable[Mapping[str, Any]]]

__all__ = ["MailNews", "Police"]

_MINUTE: Final = timedelta(minutes=1)

log = logging.getLogger(__name__)


def _nobody(_tx: Tx, _mail: MailNews) -> None:
    """Nobody is told."""


class Police:
    """The room's door: `run`, `wake`, `on_close`, and what the operator may ask."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        clock: Clock,
        texts: Texts,
        *,
        vault: Vault | None = None,
        on_mail: Callable[[Tx, MailNews], None] = _nobody,
    ) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._texts = texts
        self._vault = vault or Vault(store.data_dir)
        self.outcomes = Outcomes(on_mail)
        self.ledger = Ledger(settings, self._vault, self.outcomes)
        self.folder = store.data_dir / "mail"
        self._one_at_a_time = asyncio.Lock()
        self._postman = Workers(1, name="mail")
        self._woken = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    # --- life ---------------------------------------------------------------------------------

    async def run(self) -> None:
        """Look each minute and when woken, until cancelled."""
        self._loop = asyncio.get_running_loop()
        while True:
            self._woken.clear()
            try:
                await self.step()
            except Exception as error:  # noqa: BLE001  # the next minute tries again
                log.error("police mail: %s", type(error).__name__)  # noqa: TRY400  # no texts in logs
            await self._rest()

    def wake(self) -> None:
        """Look now. From any thread; harmless when nothing runs."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    def on_close(self, tx: Tx, place: str) -> None:
        """In the transaction that closes an alert: cut its mail, where the neighbourhood wants."""
        self.ledger.close(tx, place)
        tx.after_commit(self.wake)

    async def step(self, *, whenever: bool = False) -> list[Digest]:
        """Do what is due, once; the mails that were worked on, as they stand now."""
        async with self._one_at_a_time:
            await self._store.writer.submit(self.ledger.advance, label="digest")
            return await self._work_off(whenever=whenever)

    async def _work_off(self, *, whenever: bool) -> list[Digest]:
        with self._store.reading() as reader:
            ready = self.ledger.ready(reader, whenever=whenever)
        for row in ready:
            await self._work(row)
        await self._tidy()
        with self._store.reading() as reader:
            found = [rows.get(reader, row.line_id, row.number) for row in ready]
        return [row for row in found if row is not None]

    async def _rest(self) -> None:
        """Until the next full minute, or until woken."""
        now = self._clock.now()
        minute = now.replace(second=0, microsecond=0) + _MINUTE
        waits = [
            asyncio.ensure_future(self._clock.sleep_until(minute)),
            asyncio.ensure_future(self._woken.wait()),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    # --- one mail -----------------------------------------------------------------------------

    async def _work(self, row: Digest) -> None:
        """Make and send one mail; whatever happens stands in the ledger afterwards."""
        with self._store.reading() as reader:
            line = self.ledger.line(reader, row.line_id)
        try:
            row, data = await self._bytes(row, line)
            await self._send(row, line, data)
        except (MailTemporary, PackageError) as error:
            await self._postpone(row, str(error))
        except MailPermanent as error:
            reason = str(error)
            await self._store.writer.submit(
                lambda tx: self.outcomes.refused(tx, row, line, reason), label="mail refused"
            )
        except Exception as error:  # noqa: BLE001  # one mail that can't be made stops no other
            await self._postpone(row, f"can't be made: {type(error).__name__}")

    async def _postpone(self, row: Digest, reason: str) -> None:
        log.warning("police mail %s of %s waits: %s", label(row.number), row.line_id, Told(reason))
        await self._store.writer.submit(
            lambda tx: self.outcomes.postponed(tx, row, reason), label="mail postponed"
        )

    async def _bytes(self, row: Digest, line: Line) -> tuple[Digest, bytes]:
        """The stored bytes; made now if they are not on disk yet, or no longer whole."""
        if row.state == "rendered":
            data = await asyncio.to_thread(_stored, self.folder / row.file)
            if sha256(data).hexdigest() == row.sha256:
                return row, data
        mail = await asyncio.to_thread(self._make, row, line)
        if row.state == "rendered" and row.attempts and mail.sha256 != row.sha256:
            raise MailPermanent("its stored bytes are lost and can't be made again alike")
        name = f"{line.id}/{label(row.number)}.eml"
        await asyncio.to_thread(_keep, self.folder / name, mail.data)
        row = await self._store.writer.submit(
            lambda tx: self.outcomes.rendered(tx, row, file=name, sha256=mail.sha256),
            label="mail rendered",
        )
        return row, mail.data

    def _make(self, row: Digest, line: Line) -> Mail:
        from bot.police.making import Maker  # what only mailing needs is loaded when it mails

        maker = Maker(
            store=self._store,
            settings=self._settings,
            texts=self._texts,
            vault=self._vault,
            simulated=self._clock.simulated,
        )
        return maker.make(row, line)

    async def _send(self, row: Digest, line: Line, data: bytes) -> None:
        from bot.police import smtp
        from bot.police.mail import Mail

        mail_settings = self._settings.mail
        assert mail_settings is not None
        mail = Mail(
            message_id=row.message_id, sender=mail_settings.sender, to=line.address, data=data
        )
        await self._postman.do(lambda: smtp.send(mail_settings.smtp, mail))
        await self._store.writer.submit(
            lambda tx: self.outcomes.accepted(tx, row, line), label="mail accepted"
        )

    async def _tidy(self) -> None:
        for name in await self._store.writer.submit(self.outcomes.forget_bytes, label="old mails"):
            (self.folder / name).unlink(missing_ok=True)

    # --- what the operator may ask ------------------------------------------------------------

    def handlers(self) -> dict[str, Handler]:
        """By the request's kind."""
        from bot.police.export import Exporter

        exporter = Exporter(self._store, self._vault, self._settings, self._texts, self._clock)
        return {"digest": self._asked, "export": exporter.asked}

    async def _asked(self, args: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
        """`saarbot digest`: send what is due, and say what became of it."""
        if args.get("dry_run"):
            return {"mails": self._would_send(now=bool(args.get("now")))}
        progress(0, 0, "")
        async with self._one_at_a_time:
            await self._store.writer.submit(
                lambda tx: self._cut(tx, now=bool(args.get("now"))), label="digest asked"
            )
            sent = await self._work_off(whenever=True)
        return {"mails": self._told(sent)}

    def _cut(self, tx: Tx, *, now: bool) -> None:
        self.ledger.advance(tx)
        self.ledger.retry_refused(tx)
        if now:
            self.ledger.cut_now(tx)

    def _told(self, sent: Sequence[Digest]) -> list[dict[str, Any]]:
        with self._store.reading() as reader:
            known = {line.id: line for line in rows.lines(reader)}
        return [
            {
                "neighbourhood": known[row.line_id].neighbourhood,
                "number": label(row.number),
                "mailbox": known[row.line_id].address,
                "state": "waits" if row.state in rows.OPEN else row.state,
                "reason": row.reason,
            }
            for row in sent
        ]

    def _would_send(self, *, now: bool) -> list[dict[str, Any]]:
        with self._store.reading() as reader:
            found = [
                (line, number)
                for line in self.ledger.live(reader)
                for number in self._numbers(reader, line, now=now)
            ]
        return [
            {
                "neighbourhood": line.neighbourhood,
                "number": label(number),
                "mailbox": line.address,
                "state": "would be sent",
                "reason": "",
            }
            for line, number in found
        ]

    def _numbers(self, reader: Any, line: Line, *, now: bool) -> list[int]:
        waiting = [
            row.number
            for row in rows.of_line(reader, line.id)
            if row.state in (*rows.OPEN, "refused")
        ]
        if self.ledger.would_cut(reader, line, now=now):
            last = rows.last(reader, line.id)
            waiting.append(last.number + 1 if last is not None else 1)
        return waiting


def _stored(file: Path) -> bytes:
    return file.read_bytes() if file.is_file() else b""


def _keep(file: Path, data: bytes) -> None:
    """On disk for good before anybody may see it."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = file.with_suffix(".part")
    with half.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    half.rename(file)
    for folder in (file.parent, file.parent.parent):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
