"""`verify` finds whatever is no longer as the run was published, and nothing else."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chsi_batch import conservation, system
from chsi_batch.engines import open_engine
from chsi_batch.engines.base import Engine
from chsi_batch.verifying import verify

from .calling import call
from .conftest import Cohort, Finished, Pair


def codes(folder: Path) -> list[tuple[str | None, str]]:
    return [(fault.code, fault.place) for fault in verify(folder).faults]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, cohort: Cohort) -> Path:
    out = tmp_path_factory.mktemp("verified") / "result"
    assert call("run", *cohort.arguments, "--no-workbooks", "--out", out).code == 0
    return out


@pytest.fixture
def copy(small: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small, tmp_path / "copy"))


def test_a_fresh_run_is_whole(finished: Finished) -> None:
    before = {path: path.stat().st_mtime_ns for path in finished.folder.rglob("*")}
    said = call("verify", finished.folder, "--json", "--lang", "en")
    told = json.loads(said.out)
    assert (said.code, told["whole"], told["faults"], told["unmasked"]) == (0, True, [], False)
    assert told["files"] == sum(path.is_file() for path in finished.folder.rglob("*")) - 1
    assert told["totals"] == json.loads((finished.folder / "run.json").read_text("utf-8"))["totals"]
    assert {path: path.stat().st_mtime_ns for path in finished.folder.rglob("*")} == before


def test_an_unmasked_run_says_so(pair: Pair, tmp_path: Path) -> None:
    out = tmp_path / "result"
    assert call("run", *pair.arguments, "--unmask", "--no-private", "--no-workbooks", "--out", out).code == 0
    said = call("verify", out)
    assert said.code == 0
    assert any("--unmask" in line for line in said.lines)


def test_every_file_is_looked_at(copy: Path) -> None:
    """One byte of any one file: flipped in place, so that its size and name stay."""
    listed = json.loads((copy / "run.json").read_text("utf-8"))["outputs"]
    assert len(listed) > 15
    for name in listed:
        path = copy / name
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        assert ("verify-changed", name) in codes(copy)
        path.write_bytes(whole)
    assert codes(copy) == []


def _drop(name: str) -> Callable[[Path], None]:
    return lambda run: (run / name).unlink()


def _add(name: str) -> Callable[[Path], None]:
    def add(run: Path) -> None:
        (run / name).parent.mkdir(exist_ok=True)
        (run / name).write_text("?", encoding="utf-8")
        (run / name).chmod(0o600)
        (run / name).parent.chmod(0o700)

    return add


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (_drop("summary.html"), ("verify-missing", "summary.html")),
        (_drop("tables/ledger.parquet"), ("verify-missing", "tables/ledger.parquet")),
        (lambda run: shutil.rmtree(run / "private"), ("verify-missing", "private/ledger.parquet")),
        (_add("thesis.docx"), ("verify-foreign", "thesis.docx")),
        (_add("tables/more.parquet"), ("verify-foreign", "tables/more.parquet")),
        (_add(".spill/part"), ("verify-foreign", ".spill")),
        (lambda run: (run / "run.json").write_text("{}"), ("verify-run-json", "run.json")),
        (lambda run: (run / "run.json").write_bytes(b"\xff{"), ("verify-run-json", "run.json")),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_what_does_not_fit_is_named(
    copy: Path, change: Callable[[Path], None], found: tuple[str, str]
) -> None:
    change(copy)
    assert found in codes(copy)
    said = call("verify", copy)
    assert (said.code, said.out) == (4, "")
    assert any(line.startswith(f"{found[0]} {found[1]}: ") for line in said.lines)


def test_what_a_desktop_adds_is_no_fault(copy: Path) -> None:
    for name in ("desktop.ini", "~$exception_report.xlsx", ".DS_Store"):
        _add(name)(copy)
    assert codes(copy) == []


def test_a_filled_in_workbook_is_told_apart(pair: Pair, tmp_path: Path) -> None:
    out = tmp_path / "result"
    assert call("run", *pair.arguments, "--out", out).code == 0
    path = out / "exception_report.xlsx"
    path.write_bytes(path.read_bytes() + b"\0")
    assert codes(out) == [("verify-filled-in", "exception_report.xlsx")]


@pytest.mark.parametrize(("name", "mode"), [(".", 0o750), ("private", 0o755), ("summary.html", 0o640)])
def test_what_others_may_read_is_named(
    copy: Path, monkeypatch: pytest.MonkeyPatch, name: str, mode: int
) -> None:
    (copy / name).chmod(mode)
    assert codes(copy) == [("verify-open", name)]
    monkeypatch.setattr(system, "PERMISSIONS", False)
    assert codes(copy) == []


@pytest.mark.parametrize("place", ["nowhere", "in", "checked"])
def test_what_is_no_run(pair: Pair, tmp_path: Path, place: str) -> None:
    if place == "checked":
        assert call("check", *pair.arguments, "--out", tmp_path / "checked").code == 0
    said = call("verify", tmp_path / place)
    assert (said.code, said.out, len(said.lines)) == (2, "", 1)
    assert said.lines[0].startswith("run-missing ")


def rewritten(run: Path, name: str, table: pa.Table) -> None:
    """Another table in the place of one, and its digest in run.json: somebody who knows what they do."""
    pq.write_table(table, run / "tables" / f"{name}.parquet")
    facts = json.loads((run / "run.json").read_text("utf-8"))
    content = (run / "tables" / f"{name}.parquet").read_bytes()
    facts["outputs"][f"tables/{name}.parquet"] = hashlib.sha256(content).hexdigest()
    (run / "run.json").write_text(json.dumps(facts), encoding="utf-8")


def without(table: pa.Table, row: int) -> pa.Table:
    return pa.concat_tables([table.slice(0, row), table.slice(row + 1)])


def twice(table: pa.Table, row: int) -> pa.Table:
    return pa.concat_tables([table.slice(0, row), table.slice(row - 1, 1), table.slice(row + 1)])


def put(table: pa.Table, row: int, column: str, value: object) -> pa.Table:
    values = table[column].to_pylist()
    values[row] = value
    place = table.column_names.index(column)
    return table.set_column(place, column, pa.array(values, table.schema.field(column).type))


def broken(tables: dict[str, pa.Table]) -> Iterator[tuple[str, pa.Table]]:
    """Every way in which a row can be lost, told twice, or be in the wrong place."""
    for name in ("registrations", "degrees", "enrolments", "ledger", "bindings", "set_aside"):
        yield name, without(tables[name], tables[name].num_rows // 2)
    for name in ("registrations", "degrees", "enrolments", "ledger"):
        yield name, twice(tables[name], tables[name].num_rows // 2)
    for column in ("physical", "blank", "heading", "set_aside", "records"):
        yield "inputs", put(tables["inputs"], 1, column, tables["inputs"][column][1].as_py() + 1)
    bound = tables["ledger"]["outcome"].to_pylist().index("bound")
    yield "ledger", put(tables["ledger"], bound, "outcome", "lost")
    yield "ledger", put(tables["ledger"], bound, "outcome", "exception")
    yield "ledger", put(tables["ledger"], bound, "code", "no-account")
    yield "ledger", put(tables["ledger"], 0, "side", "degree")
    yield "ledger", put(tables["ledger"], 3, "ref", tables["ledger"]["ref"][4].as_py())


def asked(engine: Engine, tables: dict[str, pa.Table]) -> conservation.Counted:
    """The same counts by SQL, as an engine makes them that reads the tables where they were written."""
    for name, held in conservation.WRITTEN.items():
        engine.put(held, tables[name])
    return conservation.asked(engine, tables["inputs"], tables["set_aside"])


def test_rows_are_counted_again(small: Path, tmp_path: Path) -> None:
    tables = {path.stem: pq.read_table(path) for path in (small / "tables").glob("*.parquet")}
    engine = open_engine("duckdb", 1, None, tmp_path / "spill")
    assert list(conservation.gaps(conservation.counted(tables))) == []
    assert list(conservation.gaps(asked(engine, tables))) == []
    cases = list(broken(tables))
    for number, (name, table) in enumerate(cases):
        faulty = {**tables, name: table}
        assert list(conservation.gaps(conservation.counted(faulty))), (number, name)
        assert list(conservation.gaps(asked(engine, faulty))), (number, name)
    engine.close()
    for number in (0, 3, 10, 15):
        copy = Path(shutil.copytree(small, tmp_path / str(number)))
        rewritten(copy, *cases[number])
        assert {code for code, _ in codes(copy)} & {"verify-ledger"}


@pytest.mark.parametrize("fact", ["inputs", "totals", "bindings"])
def test_run_json_must_tell_what_the_tables_hold(copy: Path, fact: str) -> None:
    facts: dict[str, Any] = json.loads((copy / "run.json").read_text("utf-8"))
    if fact == "inputs":
        facts["inputs"][0]["sha256"] = "0" * 64
    elif fact == "totals":
        facts["totals"]["degree"]["bound"] += 1
    else:
        facts["bindings"] += 1
    (copy / "run.json").write_text(json.dumps(facts), encoding="utf-8")
    assert [code for code, _ in codes(copy)] == ["verify-facts"]


def test_a_gap_publishes_nothing(pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from chsi_batch.stages import conclude

    whole = conclude.ledger()
    monkeypatch.setattr(conclude, "ledger", lambda: [f"SELECT * FROM ({select}) LIMIT 1" for select in whole])
    said = call("run", *pair.arguments, "--out", tmp_path / "result")
    assert (said.code, len(said.lines)) == (70, 1)
    assert said.lines[0].startswith("ledger-open ledger")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]


def test_a_run_that_is_between_two_moves_is_healed_first(pair: Pair, tmp_path: Path) -> None:
    out = tmp_path / "result"
    assert call("run", *pair.arguments, "--no-workbooks", "--out", out).code == 0
    out.rename(tmp_path / ".result.chsi-batch.old")
    assert call("verify", out).code == 0
