"""A query, written once in SQLAlchemy's words and prepared once per database.

SQLAlchemy compiles it for the dialect in use; afterwards it runs on the driver's cursor without
passing through SQLAlchemy again, which is what makes the hot path fast. Columns hold plain
numbers, text and bytes, so nothing is lost by that.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Table, bindparam, insert

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy.engine import Dialect
    from sqlalchemy.sql.expression import ClauseElement

    Build = ClauseElement | Callable[[Dialect], ClauseElement]


class Prepared(NamedTuple):
    """A query for one database: its text, its parameters in order, and the values that are fixed."""

    sql: str
    pick: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    fixed: dict[str, Any]


class Statement:
    """One named query. `build` is the clause, or makes it for a dialect.

    A `bindparam` without a value must be given at each use; leaving one out is a KeyError.
    """

    __slots__ = ("_build", "ready")

    def __init__(self, build: Build) -> None:
        self._build = build
        self.ready: dict[str, Prepared] = {}

    def prepare(self, dialect: Dialect) -> Prepared:
        """Compile it for a database, once; `ready` has it by the dialect's name from then on."""
        made = self.ready[dialect.name] = self._compile(dialect)
        return made

    def _compile(self, dialect: Dialect) -> Prepared:
        clause = self._build(dialect) if callable(self._build) else self._build
        compiled: Any = clause.compile(dialect=dialect)
        given = {name: None for name, bind in compiled.binds.items() if bind.required}
        # A fixed list (column.in_((…))) becomes one parameter an item here.
        state = compiled.construct_expanded_state(given)
        fixed = {name: value for name, value in state.parameters.items() if name not in given}
        return Prepared(state.statement, _picker(tuple(state.positiontup or ())), fixed)


def _picker(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Takes the values out of a table in this order. Raises KeyError for one that is missing."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda given: tuple([given[name] for name in names])


def add(table: Table, *columns: str, returning: str | None = None) -> Statement:
    """Insert a row with these columns."""
    clause: Any = insert(table).values({name: bindparam(name) for name in columns})
    return Statement(lambda dialect: _telling(dialect, clause, table, returning))


def add_once(table: Table, *columns: str, returning: str | None = None) -> Statement:
    """Insert a row unless it is there already."""

    def build(dialect: Dialect) -> ClauseElement:
        maker = _inserting(dialect)
        clause = maker(table).values({name: bindparam(name) for name in columns})
        return _telling(dialect, clause.on_conflict_do_nothing(), table, returning)

    return Statement(build)


def put(table: Table, keys: Sequence[str], *columns: str) -> Statement:
    """Insert a row, or change its other columns when `keys` are there already."""

    def build(dialect: Dialect) -> ClauseElement:
        maker = _inserting(dialect)
        clause = maker(table).values({name: bindparam(name) for name in (*keys, *columns)})
        changed = {name: getattr(clause.excluded, name) for name in columns}
        return clause.on_conflict_do_update(index_elements=list(keys), set_=changed)  # type: ignore[no-any-return]  # as above

    return Statement(build)


def count_up(table: Table, keys: Sequence[str], column: str) -> Statement:
    """Add one to a row's number, which begins at 1; returns it."""

    def build(dialect: Dialect) -> ClauseElement:
        maker = _inserting(dialect)
        clause = maker(table).values({name: bindparam(name) for name in keys} | {column: 1})
        more = {column: table.c[column] + 1}
        return clause.on_conflict_do_update(index_elements=list(keys), set_=more).returning(  # type: ignore[no-any-return]  # as above
            table.c[column]
        )

    return Statement(build)


def _telling(dialect: Dialect, clause: Any, table: Table, column: str | None) -> ClauseElement:
    """The insert, telling the new row's number. SQLite's driver knows that by itself, and a
    RETURNING there opens a table of its own: four times the cost of the insert.
    """
    known = dialect.name == "sqlite" and column == getattr(table.autoincrement_column, "name", "")
    told: ClauseElement = clause if column is None or known else clause.returning(table.c[column])
    return told


def _inserting(dialect: Dialect) -> Any:
    """The dialect's own insert; only the one in use is imported, each takes its time and room."""
    if dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as inserting
    else:
        from sqlalchemy.dialects.sqlite import insert as inserting  # type: ignore[assignment]  # the other dialect's
    return inserting
