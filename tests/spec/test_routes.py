"""Every route of `pair_routes.csv` is needed: without its line, the case drawn for it comes out otherwise."""

from pathlib import Path

import pytest

from chsi_batch.stages import pair

from . import drawn
from .drawing import Case, cases

DRAWN = [case for case in cases() if case.file.endswith("routes")]
ROUTES = [route.route for route in pair.routes()]


def _of(route: str) -> list[Case]:
    return [case for case in DRAWN if case.title.endswith(f"(route {route})")]


def test_every_route_is_drawn() -> None:
    """A route without a case would be a route nobody could explain."""
    assert [route for route in ROUTES if not _of(route)] == []


@pytest.mark.parametrize("engine", ["duckdb"])
@pytest.mark.parametrize("route", ROUTES)
def test_without_its_route_the_case_fails(
    route: str, engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pair is found by this route and by no other."""
    kept = tuple(other for other in pair.routes() if other.route != route)
    monkeypatch.setattr(pair, "routes", lambda: kept)
    for number, case in enumerate(_of(route)):
        found = drawn.run(case, engine, tmp_path / str(number))
        with pytest.raises(AssertionError):
            drawn.check(case, found)
