"""The published description, asked of each request: does it allow this?"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator

FILE = Path(__file__).parents[2] / "specs" / "signal-cli-rest-api.swagger.json"


class Description:
    """Swagger 2.0, read strictly: a field that isn't described is not allowed."""

    def __init__(self) -> None:
        document = json.loads(FILE.read_text())
        self._definitions = _closed(document["definitions"])
        self._paths = [
            (re.compile(re.sub(r"{[^}]+}", "([^/]+)", path)), path, operations)
            for path, operations in document["paths"].items()
        ]

    def template(self, path: str) -> str | None:
        """The described path that `path` is an instance of."""
        return next((name for form, name, _ in self._paths if form.fullmatch(path)), None)

    def complaints(self, method: str, path: str, query: dict[str, str], body: bytes) -> list[str]:
        """Everything about a request that the description doesn't allow."""
        operations = next((ops for form, _, ops in self._paths if form.fullmatch(path)), None)
        if operations is None:
            return ["unknown path"]
        operation = operations.get(method.lower())
        if operation is None:
            return [f"{self.template(path)} has no {method}"]
        where = f"{method} {self.template(path)}"
        found = _query_complaints(operation, query) + self._body_complaints(operation, body)
        return [f"{where}: {complaint}" for complaint in found]

    def _body_complaints(self, operation: dict[str, Any], body: bytes) -> list[str]:
        wanted = [one for one in operation.get("parameters", []) if one["in"] == "body"]
        if not wanted:
            return ["a body where none is described"] if body else []
        if not body:
            return ["no body"] if wanted[0].get("required") else []
        try:
            content = json.loads(body)
        except ValueError:
            return ["the body is no JSON"]
        schema = {**wanted[0]["schema"], "definitions": self._definitions}
        errors = Draft4Validator(schema).iter_errors(content)
        return [
            f"{'/'.join(map(str, error.absolute_path)) or 'body'} breaks {error.validator}"
            for error in errors
        ]


def _query_complaints(operation: dict[str, Any], query: dict[str, str]) -> list[str]:
    known = {one["name"]: one for one in operation.get("parameters", []) if one["in"] == "query"}
    unknown = [f"unknown parameter {name}" for name in query if name not in known]
    wrong = [
        f"parameter {name} is no boolean"
        for name, value in query.items()
        if known.get(name, {}).get("type") == "boolean" and value not in {"true", "false"}
    ]
    return unknown + wrong


def _closed(definitions: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {**schema, "additionalProperties": False} if "properties" in schema else schema
        for name, schema in definitions.items()
    }
