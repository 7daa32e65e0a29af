"""What follows an answer, as a script file says it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.dialogue.expression import always
from bot.dialogue.script import Action, Deed, Hand, Move, Ref, Target, Template
from bot.dialogue.source import Node, Row, Scalar, Table, nearest
from bot.dialogue.state import Path as DataPath
from bot.dialogue.wording import Wording

KEYS: Final = ("set", "do", "say", "goto", "start", "with")
_MOVES: Final = {move.value: move for move in Move}
_REFS: Final = ("answer", "choice", "now", "gone")


class Actions(Wording):
    """Reads actions: data set, effects, texts, and where the script goes on."""

    __slots__ = ()

    def _action(self, node: Node, *, spoken: bool = False, default: Target = None) -> Action:
        if not isinstance(node, Table):
            return self._branches(node, spoken=spoken)
        lines = self._lines(node.items.get("say"))
        deeds = self._deeds(node.items.get("do"))
        spoken = spoken or bool(lines) or bool(deeds)
        action = Action(sets=self._sets(node), deeds=deeds, lines=lines)
        if "start" in node.items:
            return replace(action, target=self._hand(node))
        goto = node.items.get("goto")
        if goto is None:
            if default is None:
                self._wrong(node, "this answer leads nowhere: it needs 'goto' or 'start'")
            return replace(action, target=default)
        onward = self._branches(goto, spoken=spoken)
        return replace(action, branches=onward.branches, target=onward.target)

    def _checked(self, node: Node) -> Action:
        if isinstance(node, Table):
            self._keys(node, KEYS, "an answer")
        return self._action(node)

    def _branches(self, node: Node, *, spoken: bool) -> Action:
        if isinstance(node, Scalar):
            return Action(target=self._target(node, spoken=spoken))
        if isinstance(node, Table):
            return self._action(node, spoken=spoken)
        branches = tuple(self._branch(item, spoken=spoken) for item in node.items)
        if not branches or branches[-1].when is not always:
            self._wrong(node, "the last branch must hold always: leave out its 'if'")
        for item, branch in zip(node.items[:-1], branches[:-1], strict=True):
            if branch.when is always:
                self._wrong(item, "the branches after this one are never reached")
        return Action(branches=branches)

    def _branch(self, node: Node, *, spoken: bool) -> Action:
        if not isinstance(node, Table):
            return self._branches(node, spoken=spoken)
        self._keys(node, ("if", *KEYS), "a branch")
        return replace(self._action(node, spoken=spoken), when=self._when(node))

    def _target(self, node: Scalar, *, spoken: bool) -> Target:
        move = _MOVES.get(node.text)
        if move in (Move.STAY, Move.END) and not spoken:
            self._wrong(node, f"'{node.text}' without a 'say': the answer would meet silence")
        if move is not None:
            return move
        if node.text not in self.steps:
            self._wrong(node, f"no step '{node.text}' here{nearest(node.text, self.steps)}")
            return Move.AGAIN
        return node.text

    def _hand(self, node: Table) -> Hand:
        script = self._one(node, "start")
        self.begun.add(script)
        if script not in self.known.scripts:
            at = node.items["start"]
            self._wrong(at, f"no script '{script}'{nearest(script, self.known.scripts)}")
        inner = self._inner(node, "with")
        return Hand(script, {name: self._template(value) for name, value in inner})

    def _sets(self, node: Table) -> tuple[tuple[DataPath, Template], ...]:
        return tuple(
            (self._path(name), self._template(value)) for name, value in self._inner(node, "set")
        )

    def _path(self, text: str) -> DataPath:
        parts = tuple(text.split("."))
        self.written.add(parts[0])
        return parts

    def _deeds(self, node: Node | None) -> tuple[Deed, ...]:
        if node is None:
            return ()
        if isinstance(node, Row):
            return tuple(deed for item in node.items for deed in self._deeds(item))
        if isinstance(node, Scalar):
            return (Deed(effect=self._effect(node.text, node)),)
        return tuple(
            Deed(effect=self._effect(name, args), args=self._template(args)) for name, args in node
        )

    def _effect(self, name: str, at: Node) -> str:
        effects = self.known.vocabulary.effects
        if name not in effects:
            self._wrong(at, f"nobody carries out '{name}'{nearest(name, effects)}")
        return name

    def _template(self, node: Node) -> Template:
        if isinstance(node, Table):
            return {name: self._template(value) for name, value in node}
        if isinstance(node, Row):
            return [self._template(item) for item in node.items]
        if not node.plain:
            return node.text
        if node.text.startswith("$"):
            return self._ref(node.text[1:], node)
        if re.fullmatch(r"-?\d+", node.text):
            return int(node.text)
        return {"true": True, "false": False, "null": None}.get(node.text, node.text)

    def _ref(self, name: str, node: Node) -> Ref:
        if name not in _REFS and not name.startswith("next."):
            self._name(name, node)
        return Ref(name)
