"""The configuration: YAML in, checked and typed values out, every problem told at once."""

from bot.settings.document import Problem, SettingsError
from bot.settings.model import (
    AdapterSettings,
    HttpSettings,
    Later,
    Limits,
    Mailbox,
    MailSettings,
    NeighbourhoodSettings,
    PoliceSettings,
    PreventionSettings,
    QuietHours,
    Retention,
    Settings,
    SmtpSettings,
)
from bot.settings.reader import load
from bot.settings.secret import Secret

__all__ = [
    "AdapterSettings",
    "HttpSettings",
    "Later",
    "Limits",
    "MailSettings",
    "Mailbox",
    "NeighbourhoodSettings",
    "PoliceSettings",
    "PreventionSettings",
    "Problem",
    "QuietHours",
    "Retention",
    "Secret",
    "Settings",
    "SettingsError",
    "SmtpSettings",
    "load",
]
