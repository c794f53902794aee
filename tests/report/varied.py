"""The run of these tests with source systems, bad cells and a decision: what the pictures tell apart."""

from __future__ import annotations

import pyarrow as pa

from chsi_batch.results import TABLES, Run

SYSTEMS = ("学信档案", "研招网", None, "全国征兵网 13912345678")


def varied(run: Run) -> Run:
    """The run with four source systems, issues in three columns, and one binding made by a decision."""
    registrations = run.tables["registrations"]
    systems = pa.array([SYSTEMS[turn % 4] for turn in range(registrations.num_rows)], pa.string())
    place = registrations.column_names.index("source_system")
    bindings = run.tables["bindings"].to_pylist()
    bindings[0] |= {"rule": "V2", "method": "decision"}
    ledger = run.tables["ledger"].to_pylist()
    for row in ledger:
        if row["ref"] in (bindings[0]["registration_ref"], bindings[0]["degree_ref"]):
            row["rule"] = "V2"
    return Run(
        {
            **run.tables,
            "registrations": registrations.set_column(place, "source_system", systems),
            "issues": _issues(run),
            "bindings": pa.Table.from_pylist(bindings, schema=run.tables["bindings"].schema),
            "ledger": pa.Table.from_pylist(ledger, schema=run.tables["ledger"].schema),
        },
        run.facts,
    )


def _issues(run: Run) -> pa.Table:
    rows = []
    for side, table, column, every in (
        ("registration", "registrations", "id_number", 5),
        ("registration", "registrations", "claimed_certificate_number", 9),
        ("degree", "degrees", "certificate_number", 4),
        ("degree", "degrees", None, 30),
    ):
        for turn, record in enumerate(run.tables[table].to_pylist()):
            if turn % every == 0:
                rows.append(
                    dict.fromkeys(TABLES["issues"])
                    | {
                        "side": side, "ref": record["ref"], "file": record["file"], "sheet": record["sheet"],
                        "row": record["row"], "column": column, "code": "id-malformed",
                    }
                )  # fmt: skip
    return pa.Table.from_pylist(rows, schema=run.tables["issues"].schema)
