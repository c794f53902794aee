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

from chsi_batch import tables
from chsi_batch.engines.base import Engine

WINDOWS = ((0, 14), (3, 11), (6, 8), (9, 5), (12, 2), (14, 0))
"""Characters kept at the front and at the end of an 18-character number; four between may differ."""

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


def exact(engine: Engine) -> None:
    """Make `exact_pairs` (r, d): what the routes of scope `all` find among all rows."""
    joins = [
        "SELECT a.r, b.d FROM registrations AS a JOIN degrees AS b ON "
        + " AND ".join(f"a.{key} = b.{key}" for key in route.keys)
        for route in routes()
        if route.scope == "all"
    ]
    engine.make("exact_pairs", " UNION ".join(joins))


def leftover(engine: Engine, cap: int) -> list[dict[str, object]]:
    """Make `near_pairs` (r, d) for `loose_registrations` and `loose_degrees`, less those already known.

    A key that would make more than `cap` pairs is passed over; returned are such routes with the number
    of keys passed over.
    """
    engine.put("windows", pa.table({"head": [h for h, _ in WINDOWS], "tail": [t for _, t in WINDOWS]}))
    engine.put("places", pa.table({"place": list(range(DELETION_LENGTHS[1] + 1))}))
    searches = [
        (side, reg, deg)
        for side, reg, deg in (
            ("r", "loose_registrations", "degrees"),
            ("d", "registrations", "loose_degrees"),
        )
        if engine.count(reg) and engine.count(deg)
    ]
    parts = [_NO_PAIRS]
    capped: list[dict[str, object]] = []
    for number, route in enumerate(route for route in routes() if route.scope == "leftover"):
        for side, reg, deg in searches:
            name = f"near_{number}_{side}"
            passed_over = _meet(engine, name, _keys(reg, "r", route), _keys(deg, "d", route), side, cap)
            parts.append(f"SELECT r, d FROM {name}")
            if passed_over:
                capped.append({"route": route.route, "keys": passed_over})
    engine.make(
        "near_pairs",
        f"SELECT f.r, f.d FROM ({' UNION '.join(parts)}) AS f "
        "LEFT JOIN exact_pairs AS e ON e.r = f.r AND e.d = f.d WHERE e.r IS NULL",
    )
    return capped


def _meet(engine: Engine, name: str, reg: str, deg: str, small: str, cap: int) -> int:
    """Make `name` (r, d) from two key tables (row, k); the side called `small` is the short one."""
    engine.make("keys_r", reg if small == "r" else f"SELECT * FROM ({reg}) WHERE k IN ({_ks(deg)})")
    engine.make("keys_d", deg if small == "d" else f"SELECT * FROM ({deg}) WHERE k IN (SELECT k FROM keys_r)")
    engine.make(
        "heavy_keys",
        "SELECT a.k FROM (SELECT k, count(*) AS n FROM keys_r GROUP BY k) AS a "
        f"JOIN (SELECT k, count(*) AS n FROM keys_d GROUP BY k) AS b ON a.k = b.k WHERE a.n * b.n > {cap}",
    )
    engine.make(
        name,
        "SELECT DISTINCT a.r, b.d FROM keys_r AS a JOIN keys_d AS b ON a.k = b.k "
        "LEFT JOIN heavy_keys AS h ON h.k = a.k WHERE h.k IS NULL",
    )
    return engine.count("heavy_keys")


def _ks(select: str) -> str:
    return f"SELECT k FROM ({select}) WHERE k IS NOT NULL"


def _keys(side: str, row: str, route: Route) -> str:
    """A SELECT of (row, k): the route's key as one text, null where a part is missing."""
    plain = [f"CAST({key} AS VARCHAR) || '|'" for key in route.keys if "_" not in key or key in _COLUMNS]
    start = " || ".join(plain)
    special = next((key for key in route.keys if key not in _COLUMNS), None)
    if special is None:
        return f"SELECT {row}, {start} AS k FROM {side} WHERE {start} IS NOT NULL"
    lead = f"{start} || " if plain else ""
    if special == "id_head":
        return _heads(side, row)
    prefix, kind = special.split("_")
    make = _windows if kind == "windows" else _deletions
    return make(side, row, _NUMBERS[prefix], lead)


_COLUMNS = ("name_key", "year", "school_listed", "school_key", "id_birth", "id_sex")
"""Keys that are columns; the others are made from a number."""


def _windows(side: str, row: str, number: str, lead: str) -> str:
    low, high = WINDOW_LENGTHS
    return (
        f"SELECT {row}, {lead}CAST(w.head AS VARCHAR) || '|' || substr({number}, 1, w.head) || '|' || "
        f"substr({number}, length({number}) - w.tail + 1, w.tail) AS k FROM {side} CROSS JOIN windows AS w "
        f"WHERE length({number}) BETWEEN {low} AND {high}"
    )


def _deletions(side: str, row: str, number: str, lead: str) -> str:
    """Place 0 leaves the number whole, so that it meets one with a character more."""
    low, high = DELETION_LENGTHS
    return (
        f"SELECT {row}, {lead}CASE WHEN p.place = 0 THEN {number} "
        f"ELSE substr({number}, 1, p.place - 1) || substr({number}, p.place + 1) END AS k "
        f"FROM {side} CROSS JOIN places AS p "
        f"WHERE length({number}) BETWEEN {low} AND {high} AND p.place <= length({number})"
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
