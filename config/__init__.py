"""What ships beside the code: scripts, texts, presets, examples. Found from a wheel too."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent
DIALOGUES: Final = ROOT / "dialogues"
TEXTS: Final = ROOT / "texts"
PRESETS: Final = ROOT / "presets"
COMMANDS: Final = ROOT / "commands.yaml"
EXAMPLE: Final = ROOT / "saarbot.example.yaml"
DEMO: Final = ROOT / "demo.yaml"


def presets() -> list[str]:
    """The names of the presets that ship."""
    return sorted(file.stem for file in PRESETS.glob("*.yaml"))
