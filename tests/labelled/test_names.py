"""Names of the labelled cohort that must not be close by chance."""

from random import Random

from chsi_batch.labelled.names import Names


def test_a_single_given_name_behind_two_characters_is_never_changed() -> None:
    """欧阳国 and 欧阳宁 differ in one character of three: a close name by the contract, no changed one."""
    names = Names(Random(1))
    assert names.changed("欧阳国", "男") is None
    assert len(names.changed("欧阳国强", "男") or "") == 4
    assert len(names.changed("王国", "男") or "") == 2
