"""The reports open in the programs people have: LibreOffice prints the workbooks, Chromium shows the page."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from chsi_batch import cli

PEOPLE, SEED = 60, 3
SECONDS = 300
WORKBOOKS = ("binding_report", "exception_report")
FAULTS = re.compile(r"Err:[0-9]+|#(?:REF|NAME|VALUE|DIV/0|N/A)[!?]?")
UNBROKEN = 4
"""Names of so many characters are printed on one line."""
PAPER = "841.89 x 595"
"""A4 across, in points, as pdfinfo writes it."""


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of made-up people."""
    folder = tmp_path_factory.mktemp("opening")
    demo = ["demo", "--people", str(PEOPLE), "--seed", str(SEED), "--progress", "none"]
    assert cli.main([*demo, "--out", str(folder)]) == 0
    return folder / "result"


def said(*command: object) -> str:
    """What a program prints; it must end well."""
    done = subprocess.run(list(map(str, command)), capture_output=True, check=True, timeout=SECONDS)
    return done.stdout.decode("utf-8", "replace")


@pytest.mark.libreoffice
@pytest.mark.parametrize("workbook", WORKBOOKS)
def test_libreoffice_prints_the_workbook(workbook: str, result: Path, tmp_path: Path) -> None:
    """On A4 across, with every sheet's rows and without an error value."""
    home = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    said(
        "soffice",
        home,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        tmp_path,
        result / f"{workbook}.xlsx",
    )
    pdf = tmp_path / f"{workbook}.pdf"
    assert PAPER in said("pdfinfo", pdf)
    text = said("pdftotext", "-layout", pdf, "-")
    assert FAULTS.findall(text) == []
    shown = "".join(text.split())
    records = pq.read_table(result / "tables" / "registrations.parquet")
    names = dict(zip(records["ref"].to_pylist(), records["name"].to_pylist(), strict=True))
    ledger = pq.read_table(result / "tables" / "ledger.parquet").to_pylist()
    wanted = "bound" if workbook == "binding_report" else "exception"
    ours = [names[row["ref"]] for row in ledger if row["side"] == "registration" and row["outcome"] == wanted]
    short = [name for name in ours if name and len(name) <= UNBROKEN]
    assert len(short) > len(ours) / 2
    assert [name for name in short if "".join(name.split()) not in shown] == []


@pytest.mark.browser
def test_chromium_shows_the_page(result: Path, tmp_path: Path) -> None:
    """Without a network, as a file."""
    page = said(
        "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={tmp_path / 'browser'}", "--dump-dom", (result / "summary.html").as_uri(),
    )  # fmt: skip
    rows = pq.read_table(result / "tables" / "ledger.parquet").num_rows
    shown = re.sub(r"<[^>]+>|\s", "", page)
    assert f"收支相符：{rows}行" in shown
    assert 'src="http' not in page
