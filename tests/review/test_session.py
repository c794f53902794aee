"""A review in numbers: nothing decided twice, nothing lost, back is the way one came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chsi_batch.decisions.log import Log
from chsi_batch.errors import UsageError
from chsi_batch.report.cases import cases
from chsi_batch.results import read_run
from chsi_batch.review import Session
from chsi_batch.review.queue import Chosen, Queue

CHOICES = ("bind", "reject", "hold", "ask_school", "ask_student")


def paired(session: Session) -> None:
    """Go to the first case with a pair that is not severe."""
    while session.candidate is None or session.severe:
        assert session.next()


def test_every_case_of_the_reports_is_in_the_queue_once(session: Session, finished: Path) -> None:
    wanted = Counter((case.code, case.registration, case.degree) for case in cases(read_run(finished)))
    assert Counter((item.case.code, *item.pair) for item in session.index.items) == wanted
    assert session.progress()["all"] == wanted.total() > 50


def test_pairs_for_people_come_first_and_kinds_stand_together(session: Session) -> None:
    items = session.index.items
    has_pair = [bool(item.pattern) for item in items]
    assert has_pair == sorted(has_pair, reverse=True)
    kinds = [(item.case.code, item.pattern) for item in items]
    runs = [kind for place, kind in enumerate(kinds) if place == 0 or kinds[place - 1] != kind]
    assert len(runs) == len(set(kinds)) < len(kinds)


def test_opening_writes_nothing(fresh: Callable[[], Path]) -> None:
    folder = fresh()
    Session(folder).progress()
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_folder_without_a_run_is_refused(tmp_path: Path, finished: Path) -> None:
    with pytest.raises(UsageError, match="run-missing"):
        Session(tmp_path)
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(UsageError, match="run-no-private"):
        Session(tmp_path)
    with pytest.raises(UsageError, match="language"):
        Session(finished, language="fr")


def test_without_a_name_nothing_is_decided(fresh: Callable[[], Path]) -> None:
    session = Session(fresh())
    assert not session.decide("hold")
    assert session.notice == ("need_reviewer", {})
    assert not session.decided.log.path.exists()


def test_a_decision_is_in_the_log_with_what_the_reviewer_saw(session: Session) -> None:
    paired(session)
    item, pair, row = session.item, session.pair, session.candidate
    assert item
    assert row
    assert session.decide("bind", "看过原件")
    [entry] = Log.beside(session.index.folder).entries()
    assert (entry.decision, entry.reviewer, entry.remark, entry.source) == (
        "bind", "李老师", "看过原件", "notebook",
    )  # fmt: skip
    assert (entry.registration_ref, entry.degree_ref, entry.code, entry.rule) == (
        *pair, item.case.code, row["rule"],
    )  # fmt: skip
    assert entry.registration_key
    assert entry.degree_key
    assert session.item != item


def test_keys_are_those_of_the_whole_table(session: Session) -> None:
    """A row cleaned alone has the key it has among all others."""
    from chsi_batch.decisions.row_keys import row_keys
    from chsi_batch.stages.clean import CLEANERS
    from chsi_batch.terms import Side

    whole = read_run(session.index.folder).tables
    for side, name in ((Side.REGISTRATION, "registrations"), (Side.DEGREE, "degrees")):
        refs = whole[name]["ref"].to_pylist()
        keys = row_keys(side, CLEANERS[side](whole[name]), b"k").to_pylist()
        wanted = dict(zip(refs, keys, strict=True))
        asked = refs[::7]
        session.rows.fetch(side, asked[:5])
        assert session.rows.keys(side, asked, b"k") == {ref: wanted[ref] for ref in asked}
        assert session.rows.keys(side, asked[:1], b"k") == {asked[0]: wanted[asked[0]]}


def test_asking_somebody_is_a_hold_with_a_remark(session: Session) -> None:
    assert session.decide("ask_school")
    assert session.decide("ask_student", "看不清")
    said = [(entry.decision, entry.remark) for entry in session.decided.log.entries()]
    assert said == [("hold", "询问学校"), ("hold", "询问学生；看不清")]


def test_a_severe_pair_is_bound_with_a_remark_only(session: Session) -> None:
    while not (session.severe and session.candidate):
        assert session.next()
    assert not session.decide("bind", "  ")
    assert session.notice == ("need_remark", {})
    assert session.decided.entries == []
    assert session.decide("bind", "有公安证明")
    assert len(session.decided.entries) == 1


def test_refusing_rules_and_severe_codes_are_severe(session: Session) -> None:
    refused = {(row["registration_ref"], row["degree_ref"], row["rule"])
               for row in session.index.candidates.to_pylist() if row["rule"] in ("X1", "X2")}  # fmt: skip
    assert refused
    assert all(session.index.severe(*pair) for pair in refused)
    severe = [item for item in session.index.items if item.case.severity == "severe"]
    assert severe
    assert all(session.index.severe(*item.pair, None) for item in severe)
    calm = [item for item in session.index.items if item.case.code == "name-near"]
    assert calm
    assert not any(session.index.severe(*item.pair, item.pattern[0]) for item in calm)


def test_a_single_row_can_only_be_held(session: Session) -> None:
    while session.candidate is not None:
        assert session.next()
    assert not session.decide("bind", "x")
    assert not session.decide("reject")
    assert session.notice == ("need_pair", {})
    assert session.decide("hold")
    [entry] = session.decided.entries
    assert (entry.registration_key is None) != (entry.degree_key is None)


def test_one_degree_is_not_bound_to_two_accounts(session: Session) -> None:
    session.choose(code="contested")
    pairs = [item.pair for item in session.index.items if item.case.code == "contested"]
    degree, count = Counter(degree for _, degree in pairs).most_common(1)[0]
    assert count > 1
    mine = [place for place, number in enumerate(session.queue.numbers)
            if session.index.items[number].pair[1] == degree]  # fmt: skip
    session.jump(mine[0])
    registration = session.pair[0]
    assert session.decide("bind", "理由")
    session.jump(mine[1])
    assert session.pair[1] == degree
    assert not session.decide("bind", "理由")
    assert session.notice == ("already_bound", {"degree": degree, "registration": registration})
    assert len(session.decided.entries) == 1


def test_a_rejected_candidate_gives_way_to_the_next(session: Session) -> None:
    while len(session.candidates) < 2:
        assert session.next()
    number, count = session.queue.number, len(session.candidates)
    seen = []
    for left in reversed(range(count)):
        assert session.queue.number == number
        seen.append(session.pair)
        assert session.decide("reject")
        assert (session.queue.number == number) == (left > 0)
    assert len(set(seen)) == count
    assert number in session.decided.of_case


def test_the_same_decision_is_not_written_twice(session: Session) -> None:
    paired(session)
    place = session.queue.place
    for choice, entries in (("hold", 1), ("hold", 1), ("bind", 2)):
        session.jump(place)
        assert session.decide(choice)
        assert len(session.decided.log.entries()) == entries


def test_it_resumes_where_it_stopped(session: Session) -> None:
    for _ in range(10):
        assert session.decide("hold")
    again = Session(session.index.folder, reviewer="王老师")
    assert again.queue.place == session.queue.place == 10
    assert again.progress() == session.progress()
    assert again.progress()["decided"] == 10


def test_undo_takes_back_the_last_of_this_reviewer(session: Session) -> None:
    session.decide("hold")
    other = Session(session.index.folder, reviewer="王老师")
    other.decide("hold")
    again = Session(session.index.folder, reviewer="李老师")
    assert again.undo()
    assert again.notice == ("undone", {"count": 1})
    assert again.queue.place == 0
    assert [entry.undoes for entry in again.decided.log.entries()] == [None, None, 1]
    assert not again.undo()
    assert again.notice == ("nothing_to_undo", {})
    assert again.progress()["decided"] == 1


def test_what_others_write_meanwhile_is_seen(session: Session) -> None:
    other = Session(session.index.folder, reviewer="王老师")
    assert other.decide("hold")
    session.jump(3)
    assert session.decide("hold")
    assert session.progress()["decided"] == 2
    assert len(session.decided.entries) == 2


def test_two_reviewers_who_disagree_are_shown_so(session: Session) -> None:
    paired(session)
    number, place = session.queue.number, session.queue.place
    session.decide("bind")
    other = Session(session.index.folder, reviewer="王老师")
    other.jump(place)
    other.decide("hold", "再看看")
    [said] = other.decided.of_case[number or 0]
    assert (said.decision, said.conflicting) == ("hold", True)


def test_a_batch_decides_exactly_its_kind(session: Session) -> None:
    while len(session.alike()) < 3 or session.severe or not session.candidate:
        assert session.next()
    assert session.item
    kind, count = session.item.kind, len(session.alike())
    wanted = {n for n, item in enumerate(session.index.items) if item.kind == kind}
    assert not session.batch("hold", "", count + 1)
    assert session.notice == ("batch_changed", {"count": count})
    assert session.decided.entries == []
    assert session.batch("hold", "重名", count)
    assert len(session.decided.log.entries()) == count
    assert {n for n in session.decided.of_case if session.index.items[n].kind == kind} == wanted
    assert {entry.remark for entry in session.decided.entries} == {"重名"}
    assert session.undo()
    assert session.progress()["decided"] == 0
    assert len(session.decided.log.entries()) == 2 * count


def test_a_batch_never_binds_one_degree_twice(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even if several accounts of one degree were of one kind."""
    session.choose(code="contested")
    numbers = list(session.queue.numbers)
    assert len({session.index.items[number].pair[1] for number in numbers}) < len(numbers)
    monkeypatch.setattr(session, "alike", lambda: numbers)
    assert not session.batch("bind", "理由", len(numbers))
    assert session.notice == ("one_degree", {})
    assert session.decided.entries == []
    assert session.batch("hold", "理由", len(numbers))


@pytest.mark.parametrize("name", ["code", "school", "party"])
def test_filters_leave_what_fits(session: Session, name: str) -> None:
    def value(item: object) -> str:
        return {"code": item.case.code, "school": item.school, "party": item.case.acts}[name]  # type: ignore[attr-defined]

    for wanted, count in Counter(value(item) for item in session.index.items).items():
        session.choose(**{name: wanted})
        assert len(session.queue.numbers) == count
        assert {value(session.index.items[number]) for number in session.queue.numbers} == {wanted}
    session.choose(**{name: "no such"})
    assert session.item is None
    assert not session.decide("hold")
    assert session.alike() == []


def test_only_undecided_are_left(session: Session) -> None:
    session.decide("hold")
    session.choose(undecided=True)
    assert len(session.queue.numbers) == len(session.index.items) - 1
    assert 0 not in session.queue.numbers


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.sampled_from(["next", "previous"]), max_size=30), start=st.integers(0, 9))
def test_back_is_the_way_one_came(steps: list[str], start: int) -> None:
    queue = Queue([None] * 10)  # type: ignore[list-item]
    queue.jump(start)
    done = [step for step in steps if getattr(queue, step)()]
    for step in reversed(done):
        assert getattr(queue, {"next": "previous", "previous": "next"}[step])()
    assert queue.place == start


@settings(max_examples=60, deadline=None)
@given(decided=st.sets(st.integers(0, 9)), start=st.integers(0, 9))
def test_on_goes_to_the_next_undecided(decided: set[int], start: int) -> None:
    queue = Queue([None] * 10)  # type: ignore[list-item]
    queue.jump(start)
    found = queue.advance(decided)
    assert found == (len(decided) < 10)
    if found:
        ahead = [n % 10 for n in range(start + 1, start + 11) if n % 10 not in decided]
        assert queue.place == ahead[0]
    else:
        assert queue.place == start


def test_an_empty_list_is_quiet() -> None:
    queue = Queue([])
    queue.choose(Chosen(), set())
    assert (queue.number, queue.next(), queue.previous(), queue.advance(set())) == (None, False, False, False)


class Reviewing(RuleBasedStateMachine):
    """Any clicks in any order: the log holds what was said to be done, progress adds up."""

    fresh: Callable[[], Path]

    @initialize()
    def open(self) -> None:
        self.session = Session(type(self).fresh(), reviewer="李老师")
        self.written = 0

    @rule(back=st.booleans())
    def move(self, back: bool) -> None:
        if back:
            self.session.previous()
        else:
            self.session.next()

    @rule(step=st.sampled_from([1, -1]))
    def flip(self, step: int) -> None:
        self.session.flip(step)

    @rule(place=st.integers(0, 200))
    def jump(self, place: int) -> None:
        self.session.jump(place)

    @rule(choice=st.sampled_from(CHOICES), remark=st.sampled_from(["", "重名"]))
    def decide(self, choice: str, remark: str) -> None:
        before, number = len(self.session.decided.entries), self.session.queue.number
        done = self.session.decide(choice, remark)
        new = len(self.session.decided.entries) - before
        assert new in ((0, 1) if done else (0,))
        self.written += new
        if done and choice != "reject":
            assert number in self.session.decided.of_case

    @rule(choice=st.sampled_from(CHOICES))
    def batch(self, choice: str) -> None:
        count = len(self.session.alike())
        if 0 < count < 30 and self.session.batch(choice, "批量", count):
            self.written += count

    @rule()
    def undo(self) -> None:
        before = len(self.session.decided.entries)
        done = self.session.undo()
        new = len(self.session.decided.entries) - before
        assert (new > 0) == done
        self.written += new

    @precondition(lambda self: self.session.decided.entries)
    @rule()
    def reopen(self) -> None:
        again = Session(self.session.index.folder, reviewer="李老师")
        assert again.progress() == self.session.progress()
        self.session = again

    @invariant()
    def adds_up(self) -> None:
        if not hasattr(self, "session"):
            return
        assert self.session.decided.log.entries() == tuple(self.session.decided.entries)
        assert len(self.session.decided.entries) == self.written
        progress = self.session.progress()
        assert progress["decided"] == sum(done for _, done, _ in progress["by_code"]) <= progress["all"]
        assert progress["all"] == sum(count for *_, count in progress["by_code"])
        assert all(0 <= done <= count for _, done, count in progress["by_code"])


def test_any_clicks(fresh: Callable[[], Path]) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    Reviewing.fresh = staticmethod(fresh)
    run_state_machine_as_test(
        Reviewing, settings=settings(max_examples=12, stateful_step_count=15, deadline=None)
    )
