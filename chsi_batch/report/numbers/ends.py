"""Where every row of the ledger ended: bound by a rule or a decision, or open with the acting party."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chsi_batch import rules
from chsi_batch.errors import Defect
from chsi_batch.report.words import party_order
from chsi_batch.results import Run
from chsi_batch.terms import Outcome, Side

if TYPE_CHECKING:
    import pyarrow as pa

DECISION = "decision"
"""The end of a row that a reviewer bound."""


def first_codes(run: Run) -> pa.Table:
    """The first code of every exception row, as the ledger shows it, in the ledger's order."""
    import pyarrow.compute as pc

    ledger = run.tables["ledger"]
    open_rows = ledger.filter(pc.equal(ledger["outcome"], "exception"))
    table = run.tables["exceptions"]
    others = [name for name in table.column_names if name not in ("side", "ref")]
    as_it_stands = pc.ScalarAggregateOptions(skip_nulls=False)
    grouped = table.group_by(["side", "ref"], use_threads=False).aggregate(
        [(name, "first", as_it_stands) for name in others]
    )
    grouped = grouped.rename_columns([name.removesuffix("_first") for name in grouped.column_names])
    keyed = _keys(grouped)
    places = pc.index_in(_keys(open_rows), value_set=keyed)
    found = grouped.take(places)
    if places.null_count or not found["code"].equals(open_rows["code"]):
        raise Defect("exceptions-open: a row's first exception is not the ledger's code")
    return found


def _keys(table: pa.Table) -> pa.Array:
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(table["side"], table["ref"], "\n").combine_chunks()


def ends(run: Run, first: pa.Table | None = None) -> pa.Table:
    """The ledger's rows as side, ref, outcome, end: a rule, `decision` or an acting party, never null.

    `first` is `first_codes(run)`, where it is at hand. A row bound by a rule and by a decision too ended by
    the rule.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    first = first_codes(run) if first is None else first
    ledger = run.tables["ledger"].select(["side", "ref", "outcome", "rule"]).combine_chunks()
    end = pc.if_else(_decided(run, ledger), DECISION, pc.fill_null(ledger["rule"], "")).combine_chunks()
    is_open = pc.equal(ledger["outcome"], Outcome.EXCEPTION.value).combine_chunks()
    end = pc.replace_with_mask(end, is_open, first["acts"].combine_chunks().cast(pa.string()))
    return ledger.drop_columns(["rule"]).append_column("end", end)


def _decided(run: Run, ledger: pa.Table) -> pa.ChunkedArray:
    """Whether nothing but a decision bound the row."""
    import pyarrow as pa
    import pyarrow.compute as pc

    bindings = run.tables["bindings"]
    by_hand = pc.equal(bindings["method"], DECISION)
    found = pa.chunked_array([pa.repeat(False, ledger.num_rows)])
    for side in (Side.REGISTRATION.value, Side.DEGREE.value):
        column = f"{side}_ref"
        asked, ruled = (bindings.filter(mask)[column] for mask in (by_hand, pc.invert(by_hand)))
        mine = pc.and_(pc.equal(ledger["side"], side), pc.is_in(ledger["ref"], asked.combine_chunks()))
        only = pc.invert(pc.is_in(ledger["ref"], ruled.combine_chunks()))
        found = pc.or_(found, pc.and_(mine, only))
    return found


def rule_order(end: str) -> tuple[int, str]:
    """Rules in the order of the rule table, then decisions, then what stands in no table."""
    lines = {rule.rule: rule.line for rule in reversed(rules.match_rules())}
    after = len(rules.match_rules()) + 1
    return lines.get(end, after if end == DECISION else after + 1), end


def end_order(outcome: str, end: str) -> tuple[int, int, str]:
    """Bound before open; rules in their order, parties in theirs."""
    if outcome == Outcome.BOUND:
        return (0, *rule_order(end))
    return (1, party_order(end), end)
