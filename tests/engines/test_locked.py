"""The engine of a run reads and writes its own folder only, asks no network, and hears nothing from input."""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from chsi_batch import pipeline
from chsi_batch.engines.duckdb import DuckDB
from chsi_batch.pipeline import Job
from chsi_batch.settings import Settings
from chsi_batch.terms import Side

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

from proving import inputs, naughty

REFUSED = (
    "COPY (SELECT 1) TO '{there}/out.csv'",
    "SELECT * FROM read_csv('{there}/in.csv')",
    "SELECT * FROM '{there}/in.csv'",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('{there}/*')",
    "SELECT * FROM read_parquet('http://127.0.0.1:9/x.parquet')",
    "SELECT * FROM glob('/etc/*')",
    "ATTACH '{there}/other.db'",
    "EXPORT DATABASE '{there}/export'",
    "IMPORT DATABASE '{there}/export'",
    "INSTALL httpfs",
    "FORCE INSTALL httpfs FROM 'http://127.0.0.1:9'",
    "LOAD httpfs",
    "LOAD '{there}/in.csv'",
    "CREATE SECRET s (TYPE S3)",
    "SET enable_external_access = true",
    "SET allowed_directories = ['/']",
    "SET lock_configuration = false",
    "RESET lock_configuration",
    "SET temp_directory = '{there}'",
    "SET threads = 1",
    "PRAGMA threads = 1",
    "SELECT getenv('HOME')",
    "SELECT * FROM variable_of_python",
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDB]:
    made = DuckDB(1, None, tmp_path / "spill")
    yield made
    made.close()


@pytest.mark.parametrize("statement", REFUSED)
def test_a_statement_that_reaches_out_fails(
    engine: DuckDB, tmp_path: Path, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "there"
    there.mkdir()
    (there / "in.csv").write_text("a\n1\n")
    variable_of_python = engine.take("SELECT 1 AS a")
    monkeypatch.setattr(socket, "socket", None)
    with pytest.raises(duckdb.Error):
        engine._connection.execute(statement.format(there=there)).fetchall()
    assert [path.name for path in there.iterdir()] == ["in.csv"]
    assert variable_of_python.num_rows == 1


def test_nothing_of_it_is_left_and_nobody_else_may_look(tmp_path: Path) -> None:
    engine = DuckDB(1, None, tmp_path / "spill")
    assert (tmp_path / "spill").stat().st_mode & 0o777 == 0o700
    engine.close()
    assert list(tmp_path.iterdir()) == []


def statements(job: Job, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Every statement that a run gives to the engine, numbers left out."""
    heard = []

    class Listening:
        def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
            self._connection = connection

        def __getattr__(self, name: str) -> object:
            found = getattr(self._connection, name)
            if name not in ("execute", "sql"):
                return found
            return lambda statement, *rest, **options: (
                heard.append(statement),
                found(statement, *rest, **options),
            )[1]

    real_init = DuckDB.__init__

    def init(self: DuckDB, *arguments: object) -> None:
        real_init(self, *arguments)  # type: ignore[arg-type]
        self._connection = Listening(self._connection)  # type: ignore[assignment]

    monkeypatch.setattr(DuckDB, "__init__", init)
    pipeline.run(job)
    monkeypatch.undo()
    assert len(heard) > 50
    return {re.sub("[0-9]+(, [0-9]+)*", "0", statement) for statement in heard}


def test_no_text_of_the_input_is_part_of_a_statement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sql = naughty.CATEGORIES["sql"]
    found = []
    for name, texts in (("plain", [f"列{n}" for n in range(len(sql))]), ("naughty", sql)):
        patterns = {}
        for side, folder in inputs.FOLDERS.items():
            file = inputs.file_name(texts[1].replace("/", "_"), "xlsx")
            sheet = inputs.sheet_name(texts[10].replace("/", "_")) or "Sheet1"
            assert file
            path = tmp_path / name / folder / file
            patterns[side] = (str(inputs.write(path, inputs.headed(side, texts), sheet)),)
        columns = {side: {"remark": tuple(texts[2:3])} for side in (Side.DEGREE, Side.ENROLMENT)}
        settings = Settings(columns={Side.REGISTRATION: {"source_system": tuple(texts[2:3])}, **columns})
        job = Job(patterns, tmp_path / name / "out", settings=settings, workbooks=False)
        found.append(statements(job, monkeypatch))
    assert found[0] == found[1]
