"""Everything that people read and may say: texts, scripts, words and commands, read from `config/`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import config
from bot.dialogue.commands import CommandTable
from bot.dialogue.engine import Engine
from bot.dialogue.lexicon import Lexicon
from bot.dialogue.scripts import load_scripts, texts_said
from bot.dialogue.source import Problems
from bot.dialogue.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Whole and checked, or not at all."""

    texts: Texts
    engine: Engine
    lexicon: Lexicon
    commands: CommandTable

    @classmethod
    def load(
        cls,
        texts_in: Sequence[Path] = (config.TEXTS,),
        scripts_in: Sequence[Path] = (config.DIALOGUES,),
    ) -> Words:
        """Read and check it all, a later folder over an earlier one.

        Raises ConfigurationError with every problem, file and line.
        """
        texts = Texts.load(*texts_in)
        lexicon = Lexicon.load(*texts_in)
        scripts = load_scripts(*scripts_in, texts=texts, lexicon=lexicon)
        if len(texts_in) > 1:  # what ships is known to be whole
            Problems(texts.problems(texts_said(scripts))).check()
        return cls(
            texts=texts,
            engine=Engine(scripts, lexicon),
            lexicon=lexicon,
            commands=CommandTable.load(config.COMMANDS),
        )
