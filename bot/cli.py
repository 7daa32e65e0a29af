"""`saarbot`: the front door. It reads arguments and the environment, and hands on.

Exit status: 0 done, 1 it failed, 2 the call or the configuration is wrong. What only some
commands need is imported when they need it, so that `--help` answers at once.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from bot.errors import ConfigurationError, SaarbotError, Unusable
from bot.police.formats import FORMATS

DONE: Final = 0
FAILED: Final = 1
WRONG: Final = 2

VARIABLE: Final = "SAARBOT_CONFIG"
DEFAULT: Final = Path("config/saarbot.yaml")

_USUAL: Final = f"{VARIABLE}, else {DEFAULT}"

Command = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status. Foreseeable trouble is a sentence on stderr."""
    args = _parser().parse_args(argv)
    command: Command = args.command
    # Whatever we write is about people: for the bot's own user alone.
    os.umask(0o077)
    try:
        return command(args)
    except ConfigurationError as error:
        return _told(error, WRONG)
    except Unusable as error:
        return _told(SaarbotError(f"{_named_in(args)}{error}"), FAILED)
    except SaarbotError as error:
        return _told(error, FAILED)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            return _unread()
        return _told(SaarbotError(_trouble(error)), FAILED)
    except KeyboardInterrupt:
        print("saarbot: interrupted", file=sys.stderr)
        return FAILED
    except Exception as error:  # noqa: BLE001  # a traceback on the terminal may quote a message
        return _ended(error)


def _ended(error: Exception) -> int:
    """A mistake of our own, as a line of the log: where it happened, never the error's words."""
    from bot.operations import logs

    if not logging.getLogger().handlers:
        logs.configure(level=logging.ERROR)
    log = logging.getLogger(__name__)
    log.error("saarbot ended by a mistake of its own", exc_info=error)
    return FAILED


def _unread() -> int:
    """Whoever read our output, `head` perhaps, has seen enough."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED


def _named_in(args: argparse.Namespace) -> str:
    """The file with the key that an error names; the demonstration's own is nobody's to change."""
    own = args.command is _demo and not hasattr(args, "config")
    return "" if own else f"{_file(args)}: "


def _trouble(error: OSError) -> str:
    """The operating system's trouble as a sentence: which file, and what."""
    what = error.strerror or type(error).__name__
    return f"{error.filename}: {what}" if error.filename else what


def _told(error: Exception, status: int) -> int:
    for line in str(error).splitlines() or [type(error).__name__]:
        print(f"saarbot: {line}", file=sys.stderr)
    return status


# --- arguments -------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="saarbot",
        description="Neighbourhood watch by messenger: 101 first, the closed group alerted, "
        "the log mailed to the police.",
        epilog="Every command works beside a running `saarbot run`.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    _config_option(parser, _USUAL)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add(commands, "run", _run, "run the bot until it is told to stop")
    demo = _add(commands, "demo", _demo, "show one report, from the first tap to the police mail")
    demo.add_argument("--headless", action="store_true", help="play it without a browser, and end")
    check = _add(commands, "check", _check, "say what is right and wrong, all at once")
    check.add_argument("--offline", action="store_true", help="leave the network out")
    _add(commands, "init", _init, "write a configuration by asking; print a coordinator's code")
    _export_options(_add(commands, "export", _export, "write a log or case to a file"))
    digest = _add(commands, "digest", _digest, "mail what is due to the police")
    digest.add_argument("--now", action="store_true", help="close the current period first")
    digest.add_argument("--dry-run", action="store_true", help="only say what would be mailed")
    verify = _add(commands, "verify", _verify, "check a police package, or the store's own log")
    verify.add_argument("path", metavar="PATH", type=Path, help="package, mail or data directory")
    verify.add_argument("--head", metavar="HASH", help="chain head that a mail or report gives")
    status = _add(commands, "status", _status, "show how the bot stands")
    status.add_argument("--json", action="store_true", help="for machines")
    return parser


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    command: Command,
    does: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=does, description=does[0].upper() + does[1:] + ".")
    usual = f"the demonstration's own; {VARIABLE} is not looked at" if name == "demo" else _USUAL
    _config_option(parser, usual)
    parser.set_defaults(command=command)
    return parser


def _config_option(parser: argparse.ArgumentParser, usual: str) -> None:
    parser.add_argument(
        "-c",
        "--config",
        metavar="FILE",
        type=Path,
        default=argparse.SUPPRESS,
        help=f"configuration (default: {usual})",
    )


def _export_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--neighbourhood", metavar="ID", help="needed where there are several")
    parser.add_argument("--case", metavar="NR", help="one report: M-2026-0117, or just 117")
    parser.add_argument("--since", metavar="TIME", help="local date or time, as 2026-11-01")
    parser.add_argument("--until", metavar="TIME", help="local; a date means to its end")
    formats = ", ".join(FORMATS)
    parser.add_argument(
        "--format", metavar="NAME", default="zip", help=f"one of {formats} (default: zip)"
    )
    parser.add_argument("--redact", metavar="WHAT", help=argparse.SUPPRESS)
    parser.add_argument("-o", "--output", metavar="PATH", type=Path, help="file or folder")


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        _namespace: argparse.Namespace,
        _values: object,
        _option: str | None = None,
    ) -> None:
        from importlib.metadata import version

        print(f"saarbot {version('saarbot')}")
        parser.exit(DONE)


def _file(args: argparse.Namespace) -> Path:
    """The configuration's path: the option, the environment, the default."""
    given: Path | None = getattr(args, "config", None)
    return given or Path(os.environ.get(VARIABLE) or DEFAULT)


# --- commands --------------------------------------------------------------------------------


def _run(args: argparse.Namespace) -> int:
    # What the start builds stays; looking for rubbish among it takes a tenth of the start.
    # `running` switches it on again as soon as everything stands.
    gc.disable()
    try:
        from bot.operations import commands

        return commands.run(_file(args), os.environ)
    finally:
        gc.enable()


def _demo(args: argparse.Namespace) -> int:
    from bot.operations import commands

    return commands.demo(getattr(args, "config", None), os.environ, headless=args.headless)


def _check(args: argparse.Namespace) -> int:
    from bot.operations import commands

    return commands.check(_file(args), os.environ, offline=args.offline)


def _init(args: argparse.Namespace) -> int:
    from bot.operations import commands

    usual = os.environ.get(VARIABLE) or DEFAULT
    file = _file(args)
    return commands.init(file, os.environ, usual=file == Path(usual))


def _export(args: argparse.Namespace) -> int:
    from bot.operations import commands

    if args.format not in FORMATS:
        raise ConfigurationError(
            f"--format {args.format} is not in this version; there are {', '.join(FORMATS)}"
        )
    if args.redact:
        raise ConfigurationError("--redact is not in this version")
    wish = commands.ExportWish(
        neighbourhood=args.neighbourhood,
        case=args.case,
        since=args.since,
        until=args.until,
        format=args.format,
        output=args.output,
    )
    return commands.export(_file(args), os.environ, wish)


def _digest(args: argparse.Namespace) -> int:
    from bot.operations import commands

    return commands.digest(_file(args), os.environ, now=args.now, dry_run=args.dry_run)


def _verify(args: argparse.Namespace) -> int:
    from bot.operations import commands

    return commands.verify(args.path, head=args.head)


def _status(args: argparse.Namespace) -> int:
    from bot.operations import commands

    return commands.status(_file(args), os.environ, as_json=args.json)
