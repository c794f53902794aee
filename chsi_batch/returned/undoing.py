"""Takes entries back: each undo is an entry of its own, so that nothing is ever lost."""

from __future__ import annotations

from collections.abc import Sequence

from chsi_batch.decisions.entries import Decision, Entry
from chsi_batch.decisions.log import Log
from chsi_batch.decisions.standing import undone_by
from chsi_batch.errors import UsageError
from chsi_batch.returned.understanding import plain


def undo(log: Log, seqs: Sequence[int], reviewer: str, remark: str = "") -> list[Entry]:
    """Append an undo for each number; UsageError, and nothing appended, if one cannot be taken back."""
    name = plain(reviewer)
    if not name:
        raise UsageError.of("undo-no-reviewer", "--reviewer")
    entries = {entry.seq: entry for entry in log.entries()}
    undone = undone_by(entries.values())
    asked = list(dict.fromkeys(seqs))
    for seq in asked:
        if seq not in entries:
            raise UsageError.of("undo-unknown", seq, log=log.path.name, entries=len(entries))
        if seq in undone:
            raise UsageError.of("undo-twice", seq, by=undone[seq])
    return log.append([_of(entries[seq], name, remark.strip()) for seq in asked])


def _of(entry: Entry, reviewer: str, remark: str) -> Decision:
    return Decision(
        "undo",
        reviewer,
        registration_key=entry.registration_key,
        degree_key=entry.degree_key,
        registration_ref=entry.registration_ref,
        degree_ref=entry.degree_ref,
        rule=entry.rule,
        code=entry.code,
        remark=remark,
        source="command",
        undoes=entry.seq,
    )
