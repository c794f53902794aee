"""Finds pairs of a registration and a degree worth comparing: equi-joins on ready keys, one per route.

`pair_routes.csv` lists the routes. Routes of scope `all` look at every row; `leftover` routes look at
rows that the first ones left unbound on either side, against everything on the other side.

Slips. One wrong, missing or extra character, or two swapped neighbours, touches at most two neighbouring
places. Six windows of four places overlap by one, so one of them holds the slip whole, and both numbers
agree in what stands before the window (counted from the front) and behind it (counted from the end).
That is six selective keys per number instead of eighteen with one character left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from chsi_batch import rules, tables
from chsi_batch.engines.base import Engine

WINDOWS = ((0, 14), (3, 11), (6, 8), (9, 5), (12, 2), (14, 0))
"""Characters kept at the front and at the end of an 18-character number; four between may differ."""

PIECES = (("0, 3, 6", 0, 8), ("9", 9, 5), ("12, 14", 12, 0))
"""Windows by where they start, and how many characters at the front and at the end all of them keep: a number
that shares no such piece with any number looked for needs none of these keys."""

WINDOW_LENGTHS = (16, 19)
"""Numbers of these lengths (inclusive) are compared by windows."""

DELETION_LENGTHS = (2, 17)
"""Numbers of these lengths get deletion keys; 16 and 17 get both, so that 16 meets 15."""

_NO_PAIRS = "SELECT r, d FROM exact_pairs WHERE 1 = 0"
_NUMBERS = {"id": "id_key", "certificate": "certificate_fold"}


@dataclass(frozen=True)
class Route:
    """One line of `pair_routes.csv`."""

    route: str
    scope: str
    keys: tuple[str, ...]
    purpose: dict[str, str]
    rules: tuple[str, ...]


def routes() -> tuple[Route, ...]:
    """All routes, in the order of the table."""
    columns = ("route", "scope", "keys", "purpose_en", "rules", "purpose_zh")
    return tuple(
        Route(
            row["route"],
            row["scope"],
            tuple(row["keys"].split(",")),
            {"zh": row["purpose_zh"], "en": row["purpose_en"]},
            tuple(row["rules"].split()),
        )
        for row in tables.rows("pair_routes", columns)
    )


def exact(engine: Engine, also: str, cap: int) -> list[dict[str, object]]:
    """Make `exact_pairs` (r, d, `also`): what the routes of scope `all` find among all rows, each pair once.

    `also` are further columns over both rows, `a` and `b`, so that these need not be looked up again. A key
    that would make more than `cap` pairs is passed over; such routes are returned. No other exact route finds
    these pairs either: they would only be a part of what contests a row.
    """
    joins: list[str] = []
    earlier: list[str] = []
    capped: list[dict[str, object]] = []
    for number, route in enumerate(route for route in routes() if route.scope == "all"):
        meets = _equal(route, "a", "b")
        tests = [f"CASE WHEN {before} THEN 0 ELSE 1 END = 1" for before in earlier]
        join = f"SELECT a.r, b.d, {also} FROM registrations AS a JOIN degrees AS b ON {meets}"
        if passed_over := _heavy(engine, f"heavy_{number}", route, cap):
            capped.append({"route": route.route, "keys": passed_over})
            join += f" LEFT JOIN heavy_{number} AS h ON {_equal(route, 'h', 'b')}"
            tests.append("h.pairs IS NULL")
        joins.append(f"{join} WHERE {' AND '.join(tests)}" if tests else join)
        earlier.append(meets)
    engine.make("exact_pairs", " UNION ALL ".join(joins))
    return capped


def _equal(route: Route, one: str, other: str) -> str:
    return " AND ".join(f"{one}.{key} = {other}.{key}" for key in route.keys)


def _heavy(engine: Engine, name: str, route: Route, cap: int) -> int:
    """Make `name`: the route's keys that many rows of both sides bear; returns how many.

    A key that one registration bears makes no more pairs than there are degrees.
    """
    keys = ", ".join(route.keys)
    of_degree = ", ".join(f"b.{key}" for key in route.keys)
    engine.make(
        name,
        f"SELECT {of_degree}, count(*) * max(a.times) AS pairs FROM degrees AS b JOIN (SELECT {keys}, "
        f"count(*) AS times FROM registrations WHERE {route.keys[0]} IS NOT NULL GROUP BY {keys} "
        f"HAVING count(*) > 1) AS a ON {_equal(route, 'a', 'b')} GROUP BY {of_degree} "
        f"HAVING count(*) * max(a.times) > {cap}",
    )
    return engine.count(name)


def leftover(engine: Engine, cap: int) -> list[dict[str, object]]:
    """Make `near_pairs` (r, d) for `loose_registrations` and `loose_degrees`, less those already known.

    A key that would make more than `cap` pairs is passed over; returned are such routes with the number
    of keys passed over.
    """
    engine.put("windows", pa.table({"head": [h for h, _ in WINDOWS], "tail": [t for _, t in WINDOWS]}))
    engine.put("places", pa.table({"place": list(range(DELETION_LENGTHS[1] + 1))}))
    parts = [_NO_PAIRS]
    capped: list[dict[str, object]] = []
    for number, route in enumerate(route for route in routes() if route.scope == "leftover"):
        for turn, search in enumerate(_searches(route)):
            name = f"near_{number}_{turn}"
            passed_over = _meet(engine, name, search, route, cap)
            if passed_over is not None:
                parts.append(f"SELECT r, d FROM {name}")
            if passed_over:
                capped.append({"route": route.route, "keys": passed_over})
    engine.make(
        "near_pairs",
        f"SELECT f.r, f.d FROM ({' UNION '.join(parts)}) AS f "
        "LEFT JOIN exact_pairs AS e ON e.r = f.r AND e.d = f.d WHERE e.r IS NULL",
    )
    return capped


@dataclass(frozen=True)
class _Search:
    """Rows left over on one side (`few`, numbered `row`) against all on the other (`many`)."""

    few: str
    many: str
    row: str
    few_only: str = ""
    many_only: str = ""

    @property
    def other(self) -> str:
        return "d" if self.row == "r" else "r"


def _searches(route: Route) -> list[_Search]:
    """Both ways; of routes whose rules ask for a missing ID number only rows and pairs that lack one."""
    both = [("loose_registrations", "degrees", "r"), ("loose_degrees", "registrations", "d")]
    if not _without_id(route):
        return [_Search(*ways) for ways in both]
    lacking, given = "id_key IS NULL", "id_key IS NOT NULL"
    return [_Search(*ways, *only) for ways in both for only in ((lacking, ""), (given, lacking))]


def _without_id(route: Route) -> bool:
    """Whether every rule that the route serves asks for a missing ID number."""
    served = [rule for rule in rules.match_rules() if rule.rule in route.rules]
    return all(rule.states["id_number"] == {"blank"} for rule in served)


def _meet(engine: Engine, name: str, search: _Search, route: Route, cap: int) -> int | None:
    """Make `name` (r, d); how many keys were passed over, or None if there was nothing to look for."""
    engine.make("keys_few", _keys(search.few, search.row, route, search.few_only))
    if not engine.count("keys_few"):
        return None
    engine.make(
        "keys_many",
        f"SELECT * FROM ({_fitting(search, route)}) WHERE k IN (SELECT k FROM keys_few WHERE k IS NOT NULL)",
    )
    engine.make(
        "heavy_keys",
        "SELECT a.k FROM (SELECT k, count(*) AS n FROM keys_few GROUP BY k) AS a "
        f"JOIN (SELECT k, count(*) AS n FROM keys_many GROUP BY k) AS b ON a.k = b.k WHERE a.n * b.n > {cap}",
    )
    engine.make(
        name,
        f"SELECT DISTINCT a.{search.row}, b.{search.other} "
        "FROM keys_few AS a JOIN keys_many AS b ON a.k = b.k "
        "LEFT JOIN heavy_keys AS h ON h.k = a.k WHERE h.k IS NULL",
    )
    return engine.count("heavy_keys")


def _fitting(search: _Search, route: Route) -> str:
    """The keys of the many rows, made only for those that a part of their key lets through."""
    special = next((key for key in route.keys if key not in _COLUMNS), None)
    if special is None:
        many = _sharing(search, route.keys[0])
        return _keys(many, search.other, route, search.many_only)
    if not special.endswith("_windows"):
        return _keys(search.many, search.other, route, search.many_only)
    number = _NUMBERS[special.split("_")[0]]
    return " UNION ALL ".join(
        _keys(_sharing(search, _piece(number, head, tail)), search.other, route, search.many_only, starts)
        for starts, head, tail in PIECES
    )


def _sharing(search: _Search, part: str) -> str:
    """Those of the many rows whose `part` stands among the few."""
    return (
        f"(SELECT m.* FROM {search.many} AS m JOIN (SELECT DISTINCT {part} AS part FROM {search.few}) AS f "
        f"ON f.part = {part}) AS m"
    )


def _piece(number: str, head: int, tail: int) -> str:
    front = f"substr({number}, 1, {head})"
    end = f"substr({number}, length({number}) - {tail - 1}, {tail})"
    return f"{front} || {end}" if head and tail else front if head else end


def _keys(side: str, row: str, route: Route, only: str = "", starts: str = "") -> str:
    """A SELECT of (row, k): the route's key as one text, null where a part is missing."""
    plain = [f"CAST({key} AS VARCHAR) || '|'" for key in route.keys if key in _COLUMNS]
    start = " || ".join(plain)
    special = next((key for key in route.keys if key not in _COLUMNS), None)
    if special is None:
        where = f" AND {only}" if only else ""
        return f"SELECT {row}, {start} AS k FROM {side} WHERE {start} IS NOT NULL{where}"
    lead = f"{start} || " if plain else ""
    if special == "id_head":
        return _heads(side, row)
    prefix, kind = special.split("_")
    if kind == "windows":
        return _windows(side, row, _NUMBERS[prefix], lead, only, starts)
    return _deletions(side, row, _NUMBERS[prefix], lead, only)


_COLUMNS = ("name_key", "year", "school_listed", "school_key", "id_birth", "id_sex")
"""Keys that are columns; the others are made from a number."""


def _windows(side: str, row: str, number: str, lead: str, only: str, starts: str) -> str:
    """Of all windows, or of those that start at one of the places `starts`."""
    low, high = WINDOW_LENGTHS
    where = (f" AND {only}" if only else "") + (f" AND w.head IN ({starts})" if starts else "")
    return (
        f"SELECT {row}, {lead}CAST(w.head AS VARCHAR) || '|' || substr({number}, 1, w.head) || '|' || "
        f"substr({number}, length({number}) - w.tail + 1, w.tail) AS k FROM {side} CROSS JOIN windows AS w "
        f"WHERE length({number}) BETWEEN {low} AND {high}{where}"
    )


def _deletions(side: str, row: str, number: str, lead: str, only: str) -> str:
    """Place 0 leaves the number whole, so that it meets one with a character more."""
    low, high = DELETION_LENGTHS
    where = f" AND {only}" if only else ""
    return (
        f"SELECT {row}, {lead}CASE WHEN p.place = 0 THEN {number} "
        f"ELSE substr({number}, 1, p.place - 1) || substr({number}, p.place + 1) END AS k "
        f"FROM {side} CROSS JOIN places AS p "
        f"WHERE length({number}) BETWEEN {low} AND {high} AND p.place <= length({number}){where}"
    )


def _heads(side: str, row: str) -> str:
    """Rounded numbers look one unit up and down for those that stand as they are.

    A key says which side is rounded (`r` or `d`), so that two exact numbers never meet here.
    """
    other = "d" if row == "r" else "r"
    looking = [
        f"SELECT {row}, CAST(id_head + {carry} AS VARCHAR) || '{row}' AS k FROM {side} WHERE id_rounded"
        for carry in (-1, 0, 1)
    ]
    standing = (
        f"SELECT {row}, CAST(id_head AS VARCHAR) || '{other}' AS k FROM {side} WHERE id_head IS NOT NULL"
    )
    return " UNION ALL ".join([*looking, standing])
