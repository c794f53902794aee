"""The oracle reads ID numbers, names and schools as `chsi_batch.values` does, in every drawn world."""

from hypothesis import given, settings

from chsi_batch.values import id_number, person_name, school

from . import claims, identity, names
from .cases import Raw, World, worlds


def cells(drawn: World) -> list[tuple[Raw, Raw]]:
    """Every registration beside every degree."""
    return [(one, other) for one in drawn.registrations for other in drawn.degrees]


def text(row: Raw, column: str) -> str | None:
    """A cell, None when blank."""
    cell = row.get(column)
    return str(cell) if cell else None


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_id_numbers_agree(drawn: World) -> None:
    for pair in cells(drawn):
        cell = [(text(row, "id_number"), bool(row.get("id_number_numeric"))) for row in pair]
        ours = [identity.read(number, numeric=numeric, stated=None) for number, numeric in cell]
        theirs = [id_number.read(number, numeric, None) for number, numeric in cell]
        assert [number.fault for number in ours] == [number.fault for number in theirs]
        assert identity.state(*ours) == id_number.state(*theirs)


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_names_agree(drawn: World) -> None:
    for one, other in cells(drawn):
        pair = text(one, "name"), text(other, "name")
        assert names.state(*pair) == person_name.state(*pair)


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_schools_agree(drawn: World) -> None:
    for one, other in cells(drawn):
        claimed, held, code = text(one, "claimed_school"), text(other, "school"), text(other, "school_code")
        ours = claims.school_state(claims.school(claimed), claims.school(held, code))
        assert ours == school.state(None, claimed, code, held)
