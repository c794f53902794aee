"""What the page is sent: masked, marked, in the reviewer's language, and nothing saved with the notebook."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from chsi_batch import plain, tables
from chsi_batch.errors import OutputError
from chsi_batch.report import chinese_font
from chsi_batch.review import Session, review
from chsi_batch.review.card import Card

STATIC = Path(__file__).resolve().parents[2] / "chsi_batch" / "review" / "static"


def views(session: Session) -> Iterator[dict[str, Any]]:
    """Every case with every candidate."""
    card = Card(session)
    while True:
        for _ in range(max(1, len(session.candidates))):
            yield card.view()
            session.flip(1)
        if not session.next():
            return


@pytest.fixture(scope="module")
def numbers(finished: Path) -> frozenset[str]:
    """Full ID numbers, mobile numbers and addresses of the run."""
    found: set[str] = set()
    for name, columns in (("registrations", ["id_number", "mobile", "email"]), ("degrees", ["id_number"])):
        table = pq.read_table(finished / "private" / f"{name}.parquet", columns=columns)
        found |= {text.strip() for column in table.columns for text in column.to_pylist() if text}
    return frozenset(text for text in found if len(text) >= 8)


def test_no_full_number_is_sent(session: Session, numbers: frozenset[str]) -> None:
    sent = json.dumps([*views(session), Card(session).words()], ensure_ascii=False)
    assert len(numbers) > 200
    assert [number for number in numbers if number in sent] == []
    assert "****" in sent


def test_unmasked_they_are(fresh: Callable[[], Path], numbers: frozenset[str]) -> None:
    sent = json.dumps([*views(Session(fresh(), unmask=True))], ensure_ascii=False)
    assert len([number for number in numbers if number in sent]) > 100


def test_a_slip_shows_where_it_is_and_nothing_else(session: Session) -> None:
    while session.candidate is None or session.candidate["id_number"] != "near":
        assert session.next()
    field = next(f for f in Card(session).view()["case"]["fields"] if f["label"] == "证件号码")
    for pieces in (field["left"], field["right"]):
        marked = "".join(text for text, mark in pieces if mark)
        plain = "".join(text for text, mark in pieces if not mark)
        assert 1 <= len(marked) <= 4
        assert "*" not in marked
        assert plain.count("*") >= len(plain) - 2
    assert field["state"] == "near"


def test_states_rule_and_texts_are_those_of_the_run(session: Session) -> None:
    for view in views(session):
        case, row = view["case"], session.candidate
        assert case["cause"]
        assert case["advice"]
        if row is None:
            assert (case["rule"], {field["state"] for field in case["fields"]}) == ("", {""})
            assert (case["registration"] is None) != (case["degree"] is None)
        else:
            assert case["rule"] == row["rule"]
            assert case["reading"]


def test_another_language_than_the_run(fresh: Callable[[], Path]) -> None:
    """The files' own words stay as they are; everything of ours is English."""
    card = Card(Session(fresh(), language="en"))
    view = card.view()["case"]
    ours = [view[key] for key in ("title", "cause", "advice", "reading", "party", "severity_text")]
    ours += [field["label"] + field["state_text"] for field in view["fields"]]
    ours += [*card.words()["words"].values(), *card.words()["remarks"]]
    assert [text for text in ours if re.search("[\u4e00-\u9fff]", text)] == []


def test_the_account_is_shown_with_its_state(session: Session) -> None:
    session.choose(code="account-not-activated")
    labels = [label for label, _ in Card(session).view()["case"]["account"]]
    assert {"用户名", "激活状态", "来源系统"} <= set(labels)


def test_what_was_decided_stands_on_the_card(session: Session) -> None:
    session.decide("hold", "看 110101199003071234")
    session.previous()
    session.jump(0)
    [said] = Card(session).view()["case"]["decided"]
    assert (said["decision"], said["reviewer"], said["conflicting"]) == ("暂缓", "李老师", False)
    assert "****" in said["remark"]
    assert "19900307" not in said["remark"]


def test_the_sample_is_of_the_kind(session: Session) -> None:
    while len(session.alike()) < 2:
        assert session.next()
    found = Card(session).sample()
    assert found["count"] == len(session.alike())
    pairs = [list(session.index.items[number].pair) for number in session.alike()]
    assert all(case["rows"] in pairs for case in found["cases"])
    assert 2 <= len(found["cases"]) <= 5


def test_unseen_characters_are_written_out() -> None:
    assert plain.line("张\u202e伟\u200b\x07") == "张‹U+202E›伟‹U+200B›‹U+0007›"
    assert plain.line("阿卜杜·买买提 𠮷") == "阿卜杜·买买提 𠮷"


def test_the_page_knows_all_its_texts_and_makes_no_markup() -> None:
    """Every text the page asks for is in the table, in both languages; no text can become markup."""
    script = (STATIC / "review.js").read_text(encoding="utf-8")
    asked = set(re.findall(r'words(?:\.(\w+)|\["([\w.]+)"\])', script))
    named = {one or two for one, two in asked} | set(re.findall(r'\btool\("(\w+)"', script))
    texts = tables.texts("review_words", "zh")
    assert len(named) > 25
    assert named - set(texts) == set()
    assert all(tables.texts("review_words", "en").values())
    assert (
        re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|Function\(", script) == []
    )
    assert re.findall(r"https?://|import\s*\(|fetch\(|@import|url\(", script) == []
    assert re.findall(r"https?://|@import|url\(", (STATIC / "review.css").read_text(encoding="utf-8")) == []


class Answers:
    """Takes the place of the page: asks, and keeps what comes back."""

    def __init__(self, folder: Path, **chosen: Any) -> None:
        self.widget = review(folder, **chosen)
        self.heard: list[dict[str, Any]] = []
        self.buffers: list[bytes] = []
        self.widget.send = self._keep  # type: ignore[method-assign]

    def _keep(self, content: dict[str, Any], buffers: Any = None) -> None:
        self.heard.append(content)
        self.buffers += buffers or []

    def ask(self, **message: Any) -> dict[str, Any]:
        self.widget._asked(None, message, None)
        return self.heard[-1]


def test_nothing_of_a_person_is_in_the_saved_state(fresh: Callable[[], Path]) -> None:
    page = Answers(fresh(), reviewer="李老师", unmask=True)
    page.ask(do="open")
    name = page.heard[-1]["case"]["fields"][0]["left"][0][0]
    assert len(name) >= 2
    state = json.dumps(
        {key: str(value) for key, value in page.widget.get_state().items()}, ensure_ascii=False
    )
    assert name not in state
    assert "李老师" not in state
    assert repr(page.widget).startswith("<Review: 0 / ")


def test_the_page_gets_words_and_case_and_font(fresh: Callable[[], Path]) -> None:
    import zlib

    page = Answers(fresh(), code="name-near")
    page.ask(do="open")
    assert [message["kind"] for message in page.heard] == ["words", "view"]
    assert page.heard[1]["chosen"]["code"] == "name-near"
    family = next(iter(chinese_font.FILES))
    assert page.ask(do="font", family=family) == {"kind": "font", "family": family}
    assert zlib.decompress(page.buffers[0]) == chinese_font.path(family).read_bytes()
    assert len(page.buffers[0]) < 2_000_000, "a server lets three megabytes through in three seconds"


def test_a_key_pressed_twice_decides_once(fresh: Callable[[], Path]) -> None:
    page = Answers(fresh(), reviewer="李老师")
    case = page.ask(do="open")["case"]
    pressed = {key: case[key] for key in ("number", "registration", "degree")}
    for _ in range(2):
        page.ask(do="decide", choice="hold", remark="", **pressed)
    assert len(page.widget.session.decided.entries) == 1


def test_a_log_that_cannot_be_written_is_said_so(
    fresh: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Answers(fresh(), reviewer="李老师")
    case = page.ask(do="open")["case"]
    log = page.widget.session.decided.log

    def full(_: object) -> None:
        raise OutputError.of("decisions-not-written", log.path.name, reason="disk full")

    monkeypatch.setattr(log, "append", full)
    seen = {key: case[key] for key in ("number", "registration", "degree")}
    said = page.ask(do="decide", choice="hold", remark="", **seen)
    assert "决定未记录" in said["notice"]
    assert said["case"]["number"] == case["number"]
    assert said["progress"]["decided"] == 0


def test_dates_are_shown_as_dates(fresh: Callable[[], Path]) -> None:
    """A spreadsheet's number of days would say nothing."""
    card = Card(Session(fresh()))
    row = {
        "birth_date": "29676",
        "graduation_date": "2002年6月30日",
        "enrolment_date": "不详",
        "id_number": None,
    }
    shown = card._further(tuple(row)[:3], row)
    assert [value for _, value in shown] == ["1981-03-31", "2002-06-30", "不详"]
