"""`saarbot init`: a configuration by asking, and the code that makes the first coordinator.

Nothing that exists is overwritten. Where the configuration is there already, only a code is made,
so an operator who lost it runs the command again; every code works once.
"""

from __future__ import annotations

import os
import re
import shlex
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlsplit

import yaml

import config
from bot.clock import SystemClock
from bot.errors import SaarbotError, Unusable
from bot.operations import listener
from bot.operations.draft import Draft
from bot.operations.questions import Questions
from bot.settings import Settings, load
from bot.settings import values as v
from bot.settings.document import Document, Wrong
from bot.settings.table import Item, Read
from bot.store import codes as code_store
from bot.store import places as place_store
from bot.store.engine import open_store

if TYPE_CHECKING:
    from bot.store.tx import Tx

T = TypeVar("T")

_LISTEN: Final = range(8080, 8100)
_PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}


def init(
    file: Path, environ: Mapping[str, str], questions: Questions, *, usual: bool = True
) -> Settings:
    """Write `file` unless it is there, then print a one-time code for each neighbourhood.

    `usual`: commands find this file without being told.
    """
    written = not file.exists()
    if written:
        draft = _ask(questions, _usual_folder(file.resolve()))
        _write(file, draft)
        questions.say(f"Written: {file}")
    settings = load(file, environ)
    if not written:
        questions.say(f"{file} is there already and stays as it is.")
    _print_codes(settings, questions)
    _print_next(settings, questions, usual=usual)
    return settings


def _print_next(settings: Settings, questions: Questions, *, usual: bool) -> None:
    call = "saarbot" if usual else f"saarbot -c {shlex.quote(str(settings.file))}"
    questions.say()
    questions.say(f"Next: `{call} check`, then `{call} run`.")
    if address := _address(settings):
        questions.say(f"While it runs, the web chat is at {address}/")
        if not settings.http.public_url:
            questions.say(
                "That address and its links are for this machine alone: for other phones, put a web "
                "server with HTTPS in front and set http.public_url; `init` then prints the link anew."
            )


def _address(settings: Settings) -> str:
    """Where the web chat is, as far as the configuration knows; nothing where there is none."""
    if "webchat" not in settings.adapters or not (settings.http.public_url or settings.http.port):
        return ""
    return settings.http.public_url or listener.url(settings.http.host, settings.http.port)


def _print_codes(settings: Settings, questions: Questions) -> None:
    for id_, codes in make_codes(settings).items():
        place = settings.neighbourhoods[id_]
        questions.say()
        questions.say(f"{place.name}: whoever sends the bot this line becomes coordinator, once:")
        questions.say(f"  /start beheer-{codes.coordinator}")
        questions.say("Residents join with:")
        questions.say(f"  /start {codes.invite}")
        if address := _address(settings):
            questions.say(f"  {address}/u/{codes.invite}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """What lets people into one neighbourhood."""

    invite: str
    coordinator: str


def make_codes(settings: Settings) -> dict[str, Codes]:
    """A new one-time code for each neighbourhood, by its id. Works beside a running bot."""
    from bot.neighbourhood.joining import new_code

    store = open_store(settings.database, settings.data_dir, SystemClock())
    try:
        store.migrate()
        return store.writer.call(lambda tx: _codes(tx, settings, new_code), label="codes")
    finally:
        store.close()


def _codes(tx: Tx, settings: Settings, new_code: Callable[[bytes], str]) -> dict[str, Codes]:
    known = {place.id: place for place in place_store.places(tx)}
    made: dict[str, Codes] = {}
    for place in settings.neighbourhoods.values():
        old = known.get(place.id)
        invite = place.invite_code or (old.invite_code if old else new_code(tx.random(8)).lower())
        if old is None:
            place_store.put_place(tx, place.id, name=place.name, invite_code=invite)
        made[place.id] = Codes(invite=invite, coordinator=new_code(tx.random(8)))
        code_store.add_code(tx, made[place.id].coordinator, "beheer", place.id)
    return made


def _ask(q: Questions, folder: str) -> Draft:
    q.say("A few questions; Enter takes what stands between brackets.")
    name = q.ask("Name of the neighbourhood", default="Munsterbilzen", check=_checked(v.text))
    presets = {id_: _title(id_) for id_ in config.presets()}
    q.say("Rules to start from; single rules can be changed in the file.")
    for id_, title in presets.items():
        q.say(f"  {id_:<{max(map(len, presets))}}  {title}")
    preset = q.ask("Which of these", default="bilzen", check=_checked(v.one_of(list(presets))))
    data_dir = q.ask(
        "Folder for database, photos and mail, seen from the configuration",
        default=folder,
        check=_checked(v.text),
    )
    webchat = q.yes("A web page where residents can report", default=True)
    token = q.secret("Telegram token from @BotFather (empty: no Telegram)")
    number = q.ask("Signal number of the bot (empty: no Signal)", check=_optional(v.phone))
    url = _signal_url(q) if number else ""
    listen = _ask_listen(q, beside=urlsplit(url).port if url else None)
    public = q.ask("Public web address of this server (empty: none yet)", check=_optional(v.origin))
    mailbox = q.ask("Mailbox of the police zone (empty: not known yet)", check=_optional(v.email))
    mail = _ask_mail(q) if mailbox else {}
    secrets = {"telegram.token": token, "smtp.password": str(mail.pop("password", ""))}
    return Draft(
        id=slug(name),
        name=name,
        preset=preset,
        data_dir=data_dir,
        webchat=webchat,
        telegram=bool(token),
        signal_number=number,
        signal_url=url,
        listen=listen,
        public_url=public,
        mailbox=mailbox,
        secrets={file: value for file, value in secrets.items() if value},
        sender=str(mail.get("sender", "")),
        smtp_host=str(mail.get("host", "")),
        smtp_port=int(mail.get("port", 587)),
        smtp_security=str(mail.get("security", "starttls")),
        smtp_user=str(mail.get("user", "")),
    )


def _title(preset: str) -> str:
    told = yaml.safe_load((config.PRESETS / f"{preset}.yaml").read_text("utf-8"))
    return str(told["title"])


def _signal_url(q: Questions) -> str:
    return q.ask(
        "Address of signal-cli-rest-api", default="http://127.0.0.1:8081", check=_checked(v.web)
    )


def _ask_listen(q: Questions, *, beside: int | None) -> str:
    """An address that can be had, unless somebody insists: what has it may end before `run`.
    `beside` is Signal's port, taken or not.
    """
    ports = (port for port in _LISTEN if port != beside)
    free = next((port for port in ports if _obstacle("127.0.0.1", port) is None), _LISTEN[0])
    answer = q.ask(
        "Address and port of its own web server",
        default=f"127.0.0.1:{free}",
        check=_checked_listen,
    )
    obstacle = _obstacle(*_read(v.listen, answer))
    if obstacle is not None:
        q.say(f"  As things are, {obstacle.detail}: {obstacle.cure}.")
    return answer


def _checked_listen(answer: str) -> str:
    _read(v.listen, answer)
    return answer


def _obstacle(host: str, port: int) -> Unusable | None:
    try:
        listener.try_out(host, port)
    except Unusable as error:
        return error
    return None


def _ask_mail(q: Questions) -> dict[str, str]:
    host = q.ask("Mail server that sends for you", check=_checked(v.host))
    security = q.ask(
        "Its security (starttls, tls, none)",
        default="starttls",
        check=_checked(v.one_of(tuple(_PORTS))),
    )
    port = q.ask("Its port", default=str(_PORTS[security]), check=_checked(v.whole(1, 65535)))
    sender = q.ask(
        "Address that the mail comes from (the police answer to it: somebody must read it)",
        check=_checked(v.email),
    )
    user = q.ask("User name at the mail server (empty: none)")
    password = q.secret("Its password") if user else ""
    return {
        "host": host,
        "security": security,
        "port": port,
        "sender": sender,
        "user": user,
        "password": password,
    }


def _checked(read: Read[object]) -> _Checker:
    return _Checker(read, optional=False)


def _optional(read: Read[object]) -> _Checker:
    return _Checker(read, optional=True)


class _Checker:
    """The same rule for an answer as for the key in the file."""

    def __init__(self, rule: Read[object], *, optional: bool) -> None:
        self._rule = rule
        self._optional = optional

    def __call__(self, answer: str) -> str:
        if self._optional and not answer:
            return ""
        return str(_read(self._rule, answer))


def _read(rule: Read[T], answer: str) -> T:
    """An answer read as a key's value is; raises ValueError with the cure."""
    node = yaml.ScalarNode("tag:yaml.org,2002:str", answer)
    try:
        return rule(Item(Document(Path()), node, 0, "answer"))
    except Wrong as error:
        raise ValueError(f"That {error}.") from None


def _usual_folder(file: Path) -> str:
    """Where data lies by custom, for a configuration at this place."""
    if file.is_relative_to("/etc"):
        return "/var/lib/saarbot"
    return "../var" if file.parent.name == "config" else "var"


def slug(name: str) -> str:
    """An id from a name: `Sint-Gillis` becomes sint-gillis."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
    return found if found and found != "operator" else "buurt"


def _write(file: Path, draft: Draft) -> None:
    """Secrets first, readable by the owner alone; then the file that names them."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SaarbotError(f"{file.parent}: can't be written: {error.strerror}") from None
    try:
        for name, value in draft.secrets.items():
            _create(file.parent / name, value + "\n")
        _create(file, draft.text())
    except FileExistsError as error:
        raise SaarbotError(
            f"{error.filename} is there already; move it away, then run init again"
        ) from None
    except OSError as error:
        raise SaarbotError(f"{error.filename}: can't be written: {error.strerror}") from None


def _create(file: Path, text: str) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as output:
        output.write(text)
