"""`python -m chsi_batch.notebook.again FOLDER`: matches the records in FOLDER again, under other tables.

On stdin a JSON object: `tables` (name → rows that stand in for the table), `former_names`, and `facts` as
the run was told. On stdout two Arrow streams: `ledger` and `bindings`. Nothing is written to the disk but
what the engine spills, into a folder of its own that is removed.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chsi_batch import console, plain, tables
from chsi_batch.errors import Problem
from chsi_batch.results import RECORD_TABLES
from chsi_batch.terms import Side

if TYPE_CHECKING:
    import pyarrow as pa


def matched(folder: Path, request: dict[str, Any]) -> dict[str, pa.Table]:
    """The result tables of the records under the tables asked for; replaces those of this process."""
    for name, rows in request["tables"].items():
        tables.replace(name, rows)
    import pyarrow.parquet as pq

    from chsi_batch import matching, publishing
    from chsi_batch.engines import open_engine

    facts = request["facts"]
    records = {Side(side): pq.read_table(folder / f"{name}.parquet") for side, name in RECORD_TABLES.items()}
    with publishing.scratch() as spill:
        engine = open_engine("duckdb", 0, None, spill)
        try:
            found, _ = matching.match(
                engine,
                records,
                former=matching.former_names(request["former_names"]),
                as_of=datetime.fromisoformat(facts["as_of"]) if facts["as_of"] else None,
                min_people=facts["min_people"],
                key_cap=facts["key_cap"],
                language=facts["language"],
            )
        finally:
            engine.close()
    return found


def main() -> int:
    """Answer one request; a problem is one line on stderr."""
    import pyarrow as pa

    try:
        found = matched(Path(sys.argv[1]), json.load(sys.stdin))
    except Problem as problem:
        console.say(plain.line(str(problem)))
        return problem.exit_code
    for name in ("ledger", "bindings"):
        with pa.ipc.new_stream(sys.stdout.buffer, found[name].schema) as stream:
            stream.write_table(found[name])
    return 0


if __name__ == "__main__":
    sys.exit(main())
