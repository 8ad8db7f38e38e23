"""Statements whose words are made once a process, for what is asked thousands of times a minute.

Making SQL out of a queryset, or a row out of a model, costs the ORM more than the database needs to
answer. Here the queryset is still what is asked; its SQL is kept, and values are put in its places.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.expressions import DatabaseDefault
from django.db.models.query import ModelIterable, get_related_populators

M = TypeVar("M", bound=models.Model)

# What stands for the values while the words are made: nothing that is ever asked for.
_NUMBER: Final = -(10**15)
_WORD: Final = "\x1f"


@dataclass(frozen=True, slots=True)
class _Words:
    """SQL, what stands in the places of its values, and how its rows are read."""

    sql: str
    places: tuple[Any, ...]
    read: Callable[[Sequence[Any]], Any]


class Compiled(Generic[M]):
    """A query by keys and words; `build` makes the queryset from what stands for them.

    Values are whole numbers, words, or lists of these, asked for by `__in`. Where PostgreSQL keeps
    plans a list of any length is one value; elsewhere it is filled up with its last value to a
    power of two, so that there are few different statements. What `build` does besides must not
    depend on the values. Gives tuples where the queryset gives them, otherwise rows of its model.
    """

    def __init__(self, model: type[M], build: Callable[..., "models.QuerySet[M, Any]"]) -> None:
        self.model, self._build = model, build
        self._made: dict[tuple[Any, ...], _Words] = {}

    def __call__(self, **values: Any) -> list[Any]:
        """Ask. An empty list of keys finds nothing."""
        if not all(value for value in values.values() if isinstance(value, list)):
            return []
        is_planned = _is_planned()
        given = _whole(values) if is_planned else _padded(values)
        shape = (is_planned, *(_shape(value) for value in given.values()))
        words = self._made.get(shape) or self._made.setdefault(shape, self._make(given))
        known = dict(zip(_flat(_places(given)), _flat(given), strict=True))
        to: Any = connection
        with to.planned_cursor() if is_planned else to.cursor() as cursor:
            cursor.execute(words.sql, [known.get(place, place) for place in words.places])
            rows = cursor.fetchall()
        return [words.read(row) for row in rows]

    def _make(self, given: dict[str, Any]) -> _Words:
        queryset = self._build(**_places(given))
        compiler = queryset.query.get_compiler(connection=connection)
        sql, places = compiler.as_sql()
        values = dict(zip(_flat(_places(given)), _flat(given), strict=True))
        if not set(values) <= set(places):
            raise ValueError("the statement has no place for one of its values")
        if _is_planned():
            lists = {place for place, value in values.items() if isinstance(value, list)}
            sql = _numbered(sql, places, lists)
        makes_rows = issubclass(queryset._iterable_class, ModelIterable)
        return _Words(sql, places, _reader(compiler, makes_rows=makes_rows))


def _numbered(sql: str, places: Sequence[Any], lists: set[Any]) -> str:
    """The words with places $1, $2, …, and `= ANY($n)` for `IN (%s)` where a whole list stands."""
    parts = [part.replace("%%", "%") for part in sql.split("%s")]
    if len(parts) != len(places) + 1:
        raise ValueError("the statement's places can't be told from its words")
    for n, place in enumerate(places):
        if place in lists:
            if not (parts[n].endswith(" IN (") and parts[n + 1].startswith(")")):
                raise ValueError("a list can only be asked for by __in")
            parts[n] = parts[n].removesuffix(" IN (") + " = ANY("
    return parts[0] + "".join(f"${n}{part}" for n, part in enumerate(parts[1:], start=1))


def _is_planned() -> bool:
    """Whether values travel beside the words (PREPARE_AFTER=0 behind PgBouncer by transaction)."""
    return connection.vendor == "postgresql" and bool(
        connection.settings_dict["OPTIONS"].get("prepare_threshold")
    )


def _whole(values: dict[str, Any]) -> dict[str, Any]:
    """The values with each list as one; numbers of one width, so that one plan does for all."""
    from psycopg.types.numeric import Int8

    def typed(value: Any) -> Any:
        return Int8(value) if isinstance(value, int) else value

    return {
        name: [[typed(v) for v in value]] if isinstance(value, list) else typed(value)
        for name, value in values.items()
    }


def _padded(values: dict[str, Any]) -> dict[str, Any]:
    """The values with lists filled up to a power of two."""
    return {
        name: value + value[-1:] * ((1 << (len(value) - 1).bit_length()) - len(value))
        if isinstance(value, list)
        else value
        for name, value in values.items()
    }


def _places(given: dict[str, Any]) -> dict[str, Any]:
    """The values' names with what stands for each value."""
    count = iter(range(10**6))

    def place(value: Any) -> Any:
        of = value[0] if isinstance(value, list) else value
        return f"{_WORD}{next(count)}" if isinstance(of, str) else _NUMBER - next(count)

    return {
        name: [place(v) for v in value] if isinstance(value, list) else place(value)
        for name, value in given.items()
    }


def _flat(given: dict[str, Any]) -> list[Any]:
    return [v for value in given.values() for v in (value if isinstance(value, list) else [value])]


def _shape(value: Any) -> tuple[type, int]:
    return (type(value[0]), len(value)) if isinstance(value, list) else (type(value), 0)


def _reader(compiler: Any, *, makes_rows: bool) -> Callable[[Sequence[Any]], Any]:
    """How a row of the driver becomes a tuple, or an object with those selected along."""
    found = compiler.get_converters([column for column, _sql, _alias in compiler.select])
    converters = list(found.items())

    def converted(row: Sequence[Any]) -> Sequence[Any]:
        if not converters:
            return row
        values = list(row)
        for position, (steps, expression) in converters:
            for step in steps:
                values[position] = step(values[position], expression, connection)
        return values

    if not makes_rows:
        return lambda row: tuple(converted(row))
    info = compiler.klass_info
    model, alias = info["model"], connection.alias
    at = info["select_fields"]
    names = [compiler.select[n][0].target.attname for n in at]
    first, last = at[0], at[-1] + 1
    related = get_related_populators(info, compiler.select, alias)  # type: ignore[call-arg]
    annotations = compiler.annotation_col_map or {}

    def read(row: Sequence[Any]) -> models.Model:
        values = converted(row)
        instance = model.from_db(alias, names, values[first:last])
        for populator in related:
            populator.populate(values, instance)
        for name, position in annotations.items():
            setattr(instance, name, values[position])
        return instance

    return read


# -------------------------------------------------------------------------------------- writing

_MADE: dict[tuple[Any, ...], str] = {}


class NextKey(models.Func):
    """The key of a row still to be written, drawn by a query that is asked anyway.

    With it rows that name each other are written in one message. Null where the engine has no
    sequences: the row gets its key when it is written.
    """

    output_field = models.BigIntegerField(null=True)
    arity = 0

    def __init__(self, model: type[models.Model]) -> None:
        super().__init__()
        self._table, self._column = model._meta.db_table, _key(model)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return f"nextval(pg_get_serial_sequence('{self._table}', '{self._column}'))", []

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return "NULL", []


class Insert:
    """New rows of one model in one statement; each gets its key. No signals.

    What the database fills in by itself is left to it, and read when somebody asks for it.
    """

    def __init__(self, rows: Sequence[models.Model]) -> None:
        self.rows = rows
        for row in rows:  # those it points at may have got their keys since it was made
            row._prepare_related_fields_for_save(operation_name="insert")  # type: ignore[attr-defined]
        self.fields = [f for f in rows[0]._meta.concrete_fields if not _is_left(f, rows[0])]

    def words(self) -> tuple[str, list[Any]]:
        """SQL and the values of its places."""
        model = type(self.rows[0])
        shape = (connection.vendor, model, tuple(f.attname for f in self.fields), len(self.rows))
        sql = _MADE.get(shape) or _MADE.setdefault(
            shape, _insert(model, self.fields, len(self.rows))
        )
        return sql, _values(self.rows, self.fields, add=True)

    def done(self, cursor: Any) -> None:
        """Give the rows their keys."""
        for row, (key,) in zip(self.rows, cursor.fetchall(), strict=True):
            row.pk, row._state.adding, row._state.db = key, False, connection.alias
            for field in row._meta.concrete_fields:
                if isinstance(row.__dict__.get(field.attname), DatabaseDefault):
                    del row.__dict__[field.attname]


class Update:
    """Some columns of one row that exists. No signals."""

    def __init__(self, row: models.Model, names: Sequence[str]) -> None:
        self.row, self.names = row, tuple(names)

    def words(self) -> tuple[str, list[Any]]:
        """SQL and the values of its places."""
        fields = [self.row._meta.get_field(name) for name in self.names]
        shape = (connection.vendor, type(self.row), self.names)
        sql = _MADE.get(shape) or _MADE.setdefault(shape, _update(type(self.row), fields))
        return sql, [*_values([self.row], fields, add=False), self.row.pk]

    def done(self, cursor: Any) -> None:
        """Raises `DoesNotExist` where the row was gone."""
        if cursor.rowcount != 1:
            raise type(self.row).DoesNotExist(self.row.pk)  # type: ignore[attr-defined]


def write(*steps: Insert | Update) -> None:
    """Write in this order, in one message to the database where it takes several statements."""
    if not steps:
        return
    words = [step.words() for step in steps]
    with connection.cursor() as cursor:
        if len(steps) > 1 and _takes_several():
            joined = ";\n".join(sql for sql, _values in words)
            cursor.execute(joined, [value for _sql, values in words for value in values])
            for n, step in enumerate(steps):
                if n:
                    cursor.nextset()
                step.done(cursor)
            return
        for step, (sql, values) in zip(steps, words, strict=True):
            cursor.execute(sql, values)
            step.done(cursor)


def _takes_several() -> bool:
    """PostgreSQL does, as long as the driver puts the values in their places itself."""
    options = connection.settings_dict.get("OPTIONS", {})
    return connection.vendor == "postgresql" and not options.get("server_side_binding")


def _values(rows: Sequence[models.Model], fields: Sequence[Any], *, add: bool) -> list[Any]:
    to = connections[DEFAULT_DB_ALIAS]  # asked once: the proxy costs more than most values
    return [f.get_db_prep_save(f.pre_save(row, add), to) for row in rows for f in fields]


def _is_left(field: Any, row: models.Model) -> bool:
    value = getattr(row, field.attname)
    return (field.primary_key and value is None) or isinstance(value, DatabaseDefault)


def _insert(model: type[models.Model], fields: Sequence[Any], rows: int) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(f.column) for f in fields)
    places = f"({', '.join(['%s'] * len(fields))})"
    table, key = quote(model._meta.db_table), quote(_key(model))
    values = ", ".join([places] * rows)
    return f"INSERT INTO {table} ({columns}) VALUES {values} RETURNING {key}"  # noqa: S608 - names of models


def _update(model: type[models.Model], fields: Sequence[Any]) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(f.column)} = %s" for f in fields)
    return f"UPDATE {quote(model._meta.db_table)} SET {columns} WHERE {quote(_key(model))} = %s"  # noqa: S608 - names of models


def _key(model: type[models.Model]) -> str:
    assert model._meta.pk is not None  # noqa: S101 - every model has one
    return str(model._meta.pk.column)
