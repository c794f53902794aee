"""`chsi-batch score`: a finished run held against the truth of its cohort.

Wrong bindings are counted per binding, everything else per row. A row missing from the ledger counts as
not bound, without code and without candidate. Best candidates are asked of exception rows alone: those
of bound rows are the bindings themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chsi_batch import tables
from chsi_batch.errors import UsageError
from chsi_batch.intervals import Proportion
from chsi_batch.labelled.truth import Label, read
from chsi_batch.terms import Outcome, Side

LISTED = 200
"""How many mistakes are listed one by one."""

MEASURES = ("wrong_bindings", "recall", "codes", "codes_preferred", "best_candidate")


@dataclass(frozen=True)
class Found:
    """What a run says: ledger lines by (side, ref), bindings, and the first candidate of each degree."""

    ledger: dict[tuple[str, str], dict[str, Any]]
    bindings: list[tuple[str, str]]
    first: dict[str, str]

    def line(self, label: Label) -> dict[str, Any]:
        """The ledger's line of a row, empty if there is none."""
        return self.ledger.get((label.side, label.ref), {})


def score(run_dir: Path, truth: Path) -> dict[str, Any]:
    """Measures with intervals, as a whole and per kind, and the mistakes."""
    found, labels = _found(run_dir), read(truth)
    known = {(label.side, label.ref): label for label in labels}
    mistakes = _wrong_bindings(found, known)
    kinds = _by_kind(found, labels, known, mistakes)
    mistakes += [mistake for label in labels for mistake in _mistakes(found, label)]
    return {
        "rows": len(labels),
        "missing": sorted(ref for (side, ref) in known.keys() - found.ledger.keys())[:LISTED],
        "unlabelled": sorted(ref for (side, ref) in found.ledger.keys() - known.keys())[:LISTED],
        **{measure: _sum(kinds.values(), measure).as_dict() for measure in MEASURES},
        "kinds": {
            kind: {measure: p.as_dict() for measure, p in measures.items() if p.of}
            for kind, measures in sorted(kinds.items())
        },
        "mistakes": mistakes[:LISTED],
        "mistakes_in_all": len(mistakes),
    }


def _found(run_dir: Path) -> Found:
    import pyarrow.parquet as pq

    folder = run_dir / "tables"
    if not (folder / "ledger.parquet").exists():
        raise UsageError.of("run-without-ledger", run_dir)
    ledger = pq.read_table(folder / "ledger.parquet").to_pylist()
    bindings = pq.read_table(folder / "bindings.parquet").to_pylist()
    candidates = pq.read_table(folder / "candidates.parquet").to_pylist()
    return Found(
        {(line["side"], line["ref"]): line for line in ledger},
        [(line["registration_ref"], line["degree_ref"]) for line in bindings],
        {line["degree_ref"]: line["registration_ref"] for line in candidates if line["rank"] == 1},
    )


def _wrong_bindings(found: Found, known: dict[tuple[str, str], Label]) -> list[dict[str, Any]]:
    """Bindings to somebody else, and rows bound without a binding that should not be bound."""
    wrong, bound = [], set()
    for registration, degree in found.bindings:
        bound |= {(Side.REGISTRATION.value, registration), (Side.DEGREE.value, degree)}
        label = known.get((Side.DEGREE.value, degree))
        if label is None or registration not in label.to:
            kind = label.kind if label else "unlabelled"
            wrong.append(
                _mistake("wrong_bindings", kind, degree, ";".join(label.to) if label else "", registration)
            )
    for place, label in known.items():
        line = found.line(label)
        if line.get("outcome") == Outcome.BOUND and label.expect != Outcome.BOUND and place not in bound:
            wrong.append(_mistake("wrong_bindings", label.kind, label.ref, ";".join(label.codes), "bound"))
    return wrong


def _by_kind(
    found: Found, labels: list[Label], known: dict[tuple[str, str], Label], wrong: list[dict[str, Any]]
) -> dict[str, dict[str, Proportion]]:
    counts: dict[str, dict[str, list[int]]] = defaultdict(lambda: {measure: [0, 0] for measure in MEASURES})
    for _, degree in found.bindings:
        label = known.get((Side.DEGREE.value, degree))
        counts[label.kind if label else "unlabelled"]["wrong_bindings"][1] += 1
    for mistake in wrong:
        tally = counts[mistake["kind"]]["wrong_bindings"]
        tally[0] += 1
        tally[1] = max(tally)
    for label in labels:
        for measure, (asks, right) in CHECKS.items():
            if asks(label):
                counts[label.kind][measure][0] += right(found, label)
                counts[label.kind][measure][1] += 1
    return {
        kind: {measure: Proportion(*tally) for measure, tally in measures.items()}
        for kind, measures in counts.items()
    }


def _bound_rightly(found: Found, label: Label) -> bool:
    line = found.line(label)
    return line.get("outcome") == Outcome.BOUND and line.get("counterpart") in label.to


def _acceptable(found: Found, label: Label) -> bool:
    line = found.line(label)
    return line.get("outcome") == Outcome.EXCEPTION and line.get("code") in label.codes


def _preferred(found: Found, label: Label) -> bool:
    return _acceptable(found, label) and found.line(label)["code"] == label.codes[0]


def _best(found: Found, label: Label) -> bool:
    named = found.line(label).get("counterpart")
    return label.top in (named, found.first.get(label.ref) if label.side == Side.DEGREE else named)


Check = tuple[Callable[[Label], bool], Callable[[Found, Label], bool]]
CHECKS: dict[str, Check] = {
    "recall": (lambda label: label.expect == Outcome.BOUND, _bound_rightly),
    "codes": (lambda label: label.expect == Outcome.EXCEPTION, _acceptable),
    "codes_preferred": (lambda label: label.expect == Outcome.EXCEPTION, _preferred),
    "best_candidate": (lambda label: label.expect == Outcome.EXCEPTION and bool(label.top), _best),
}
"""Per measure: of which rows it is asked, and when the answer is right."""


def _mistakes(found: Found, label: Label) -> Iterable[dict[str, Any]]:
    line = found.line(label)
    got = f"{line.get('outcome')} {line.get('code') or ''} {line.get('counterpart') or ''}".strip()
    expected = {
        "recall": ";".join(sorted(label.to)),
        "codes": ";".join(label.codes),
        "best_candidate": label.top,
    }
    for measure, text in expected.items():
        asks, right = CHECKS[measure]
        if asks(label) and not right(found, label):
            yield _mistake(measure, label.kind, label.ref, text, got)


def _mistake(measure: str, kind: str, ref: str, expected: str, got: str) -> dict[str, Any]:
    return {"measure": measure, "kind": kind, "ref": ref, "expected": expected, "got": got}


def _sum(kinds: Iterable[dict[str, Proportion]], measure: str) -> Proportion:
    parts = [measures[measure] for measures in kinds]
    return Proportion(sum(part.count for part in parts), sum(part.of for part in parts))


def render(result: dict[str, Any], language: str = "zh") -> str:
    """The result as Markdown."""
    words = tables.texts("score_words", language)
    lines = [f"# {words['title']}", "", f"{words['rows']}: {result['rows']}"]
    lines += [f"{words[key]}: {len(result[key])}" for key in ("missing", "unlabelled") if result[key]]
    lines += [
        "",
        f"| {words['measure']} | {words['count']} | {words['share']} | {words['interval']} |",
        "|---|---|---|---|",
    ]
    lines += [_line(words[measure], result[measure], measure, words) for measure in MEASURES]
    heads = [words["kind"], *(words[measure] for measure in MEASURES)]
    lines += ["", f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for kind, measures in result["kinds"].items():
        lines.append(f"| {kind} | {' | '.join(_short(measures.get(measure)) for measure in MEASURES)} |")
    if result["mistakes"]:
        lines += ["", f"## {words['mistakes']} ({result['mistakes_in_all']})", ""]
        lines += [
            f"- {words[m['measure']]} · {m['kind']} · {m['ref']}: {m['expected']} ≠ {m['got']}"
            for m in result["mistakes"]
        ]
    return "\n".join(lines) + "\n"


def _line(word: str, p: dict[str, Any], measure: str, words: dict[str, str]) -> str:
    if not p["of"]:
        return f"| {word} | 0 / 0 | – | – |"
    spread = f"{p['low']:.4%} – {p['high']:.4%}"
    if measure == "wrong_bindings":
        spread = f"≤ {p['at_most']:.4%} ({words['one_sided']})"
    return f"| {word} | {p['count']} / {p['of']} | {p['share']:.4%} | {spread} |"


def _short(p: dict[str, Any] | None) -> str:
    if p is None:
        return "–"
    return f"{p['count']}/{p['of']} ({p['low']:.1%}–{p['high']:.1%})"
