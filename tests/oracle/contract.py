"""Contract 5–7 as a slow reference: every registration row against every degree row, in plain Python.

    settle(registrations, degrees, enrolments=(), as_of=None) -> Result

Rows are dicts of canonical columns (text or None) with `ref`; beside them `columns` (the canonical columns
of the row's sheet; default: the keys of the row) and the flags `id_number_numeric`,
`certificate_number_numeric`, `claimed_certificate_number_numeric`. The order of the lists is the input order.
`Result` holds four lists of dicts: `ledger`, `bindings`, `exceptions`, `candidates`.

Outside: `--former-names`, `--previous` (immutable-changed), decisions, placeholders by the number of people
who share a value, and notes that concern one cell alone (`judging.NOTES` lists those that are here).

Where the contract leaves room, and the reading taken here
----------------------------------------------------------
Rows
 1. duplicate-row, "equal canonical values": names, numbers, schools and years as they are used in matching
    (section 8 calls these canonical; inner padding and widths make no other row), dates as dates, any other
    cell as its text. Blank equals blank. A rounded number is not the same number in full.
    Taken literally, a sheet of few columns (name and ID only) repeats every richer row of the same person.
 2. duplicate-row, which counts: the first in input order, as section 7 says. RELIABILITY P4 ("which
    repeated row counts never depends on position") contradicts it whenever the two rows differ in a column
    only one has.
 3. duplicate-row is not transitive over sheets with different columns: a row repeats an earlier row *that
    counts*; being like a row that does not count is nothing.
 4. A repeated row has states, candidates and its own code, but belongs to no account, never contests, never
    lends its code to the counterpart ("faulty field or account state": a repetition is neither).
 5. id-missing for a temporary or placeholder number: yes on both sides (B on a registration, else B3 would
    bind an account without an ID; note on a degree, beside id-temporary).
 6. Any numeric cell of an ID or certificate column is rounded, also with 15 digits and fewer. Equal texts
    stay `same` even when rounded: "equal after cleaning" has no exception, and the fault blocks anyhow.
 7. A rounded number tells no birth date and no sex (its end is not its own), so never `partial`.
 8. Type not stated: resident if 14–19 characters with at most one that is no digit (slips must stay
    comparable); anything else is of inferred type and never malformed.
 9. certificate-duplicate: both names must be given; "valid" IDs are IDs without a fault; documents that do
    not compare count as different; repeated rows do not count; every row of the number has the code, also one
    without a name; diplomas and degrees share one number space; "one number" is `same`, not `alike`.
10. 9-prefixed residence numbers: only the check digit is checked and no birth date is read.
11. "Values shared by implausibly many people" has no number: not imitated here; worlds stay below any.

Accounts
12. One account: user name, ID and name all three non-blank and equal after cleaning (the user name as
    text). A status word on one row of the account holds for the account; its time is the earliest stated.
13. Same identity for superseded and duplicate-account is ID `same` *and* name `same`; alike (15 digits,
    variant writing) is not enough: otherwise "B1 before B2" in `contested` would have next to nothing to
    order.
14. account-superseded: a strictly later account with 审核通过 that is not cancelled – be it activated or not
    (S8: passing review cancels the old one). A missing time supersedes nothing.
15. duplicate-account: among accounts that may bind otherwise, each that is later than another one known.
    Those of which none is known to be older (equal, missing) get no code here; they are contested when a
    degree is theirs (found at the pair, where the contract defines `contested`), and `no-degree` when none
    is. "May bind" looks at the codes before it in the list alone: what the ID number's holder is found to be
    comes later, so an account in dispute, or of the lesser name, may be a duplicate as well.
16. identity-in-use looks at ID `same` only (two people may share one 15-digit number), leaves rounded IDs
    aside, and counts accounts that are not activated or under review as holders; only cancelled ones hold
    nothing. "The ministry has" means a degree row with that ID (same/alike) and name (same/alike), whatever
    other faults it has, but not a repeated row and not a rounded ID; enrolments are not asked.
17. identity-in-use in dispute (the ministry has both names; or nobody is known to be the oldest): the
    accounts bind nothing and carry `contested`, with or without a degree; their degrees carry it too.
    Accounts of a third name carry identity-in-use.
18. A cancelled or superseded account (S8: it is cancelled) holds no number and never carries identity-in-use
    or duplicate-account; a cancelled one may carry superseded. An account of unknown time may be the oldest,
    but never makes its name younger than another account of it shows.
19. "May bind" in the ranking is the account's state alone, not the row's own faults.

Pairs
20. "A claim met in full by one degree": number `same`, year `same`, school `same`/`alike`, whoever the
    degree belongs to and whatever its faults; several degrees met in full (a shared number) all keep the
    claim. It is the row's claim, not the account's. Blanked states are what `candidates` shows and what
    ranking counts.
21. B3 with disagreeing birth date or sex: rule stays B3, verdict review, code claim-mismatch. An account ID
    that tells no birth date agrees with everything. Sex and date are "given" only if readable.
22. Free-form numbers: one free-form side suffices to ask for the school; a missing school is `blank`.
23. School `blank`: one side has neither code nor name, whichever side it is.
24. Numbers of 15 and 18 digits that differ by more than the upgrade are compared as texts (so: `differ` or
    `partial`, never `near`).

Codes
25. "A row's own before its counterpart's": all own codes of groups 1 and 2, then the counterpart's of
    groups 1 and 2, then groups 3 and 4. (Other reading: group by group; it would put the degree's
    out-of-scope before the registration's own account-not-activated.)
26. "If the faulty field were ignored": name-missing counts as the same name; a rounded number whose 15
    digits agree counts as the same number (so both rows say id-rounded, not id-slip); a rounded or
    malformed number counts as blank (so a claim in full that fails only on it carries the fault, not
    id-changed); the last not for malformed numbers in an id-slip pair. Other faults (out-of-scope …) are
    simply lifted.
27. A degree with several hindered accounts carries the codes of all; the ledger shows the first in the
    order of codes, and the counterpart is the account that code came from (not the best candidate).
28. Rows that end bound carry no code of their hindered or refused pairs, nor claim-not-found: notes only.
29. `contested` also explains the registration that loses by "B1 before B2 before B3" (the contract gives it
    no other code), with the degree as counterpart; the degree itself is bound.
30. id-slip "replaces" id-malformed: the latter goes, id-slip stays in group 3 – after the account's codes.
    Only if id-slip is the code of the best candidate, which stands behind ids-crossed and contested too.
31. Group 4 only when the row has no other code. claim-not-found: the row has a usable number and no degree
    row has it `same` or `alike` (a free-form number without a claimed school: at any school); near does not
    count as found.
32. The best candidate's code comes from the best pair; when the best would bind (hindered), there is none.
    For a degree X2 pairs give no code but stay candidates, hence counterparts, as the last of refusals.
    Weak: code no-account/no-degree/claim-not-found, and the suggestion is still rule and counterpart.
33. A bound row's rule and counterpart are those of its best pair among those bound to it.
34. A name-missing pair has no rule of its own (Z0): candidates and ledger show the rule it would bind by.
    For every other pair they show the rule as the states are.
35. "Then reference": with equal fields a tie is common – two reviews, two contesting accounts – and decides
    the counterpart, now and then even the code (I1 or C2, out-of-scope or id-malformed). Promise P4 ("ties
    never depend on position") puts the rows' content before it: name, ID, then the claim or certificate.
    Last comes the plain text order of the refs (`cases` draws refs whose text and input orders agree).

Several claims
36. A degree goes to the row of the account whose claimed number is `same`; several: more fields same, then
    first. Else to the account's first row that is without faults ("first" again depends on position, and so
    does which of the account's rows ends bound and which as claim-not-found).
37. "Without a claim of its own": no usable claimed number. Such a row is bound when its account is, with
    the account's best degree as counterpart and no line in `bindings`. So is a row whose claimed degree is
    bound to another row of the same account. Any other row is an exception of its own claim; pairs with
    degrees bound to its own account do not explain it.

ids-crossed
38. The local rule is in `crossing`. A degree that makes the edge is crossed even if some other account
    binds it (then it is bound and shows nothing). The row at the end of a path is crossed if it alone
    bears the name; also the first row of a shifted column, whose own name's degree may carry an ID
    nobody here has; its counterpart is the best
    degree of the same name, else its best candidate. A single edge is X1, V2 or V3 as ever.
39. The crossed counterpart is the first candidate even if the states alone give weak or Z0; that rule is
    shown, and it is the ledger's rule (None for Z0).
40. ids-crossed does not block B3 elsewhere, nor is it B; a row that has a degree of its own ID and
    name (same or alike: `ids-crossed` stands before V2, V3 and X1, not before V1) is no part of a crossing.

Verification
41. `unverified` when no enrolment row is given. Exactly 24 h after binding is no longer pending. `bound_at`
    is that of the row in `bindings`. The notes stand on both rows; face-check on the bound degree whose
    remark says 身份核验未通过.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from . import identity, names
from .accounts import Account, accounts_of, mark, moment
from .crossing import crossed, edges_of
from .explaining import Explainer
from .judging import BIND_ORDER, NOTES
from .pairs import Pair, all_pairs
from .rows import Degree, Raw, Registration, Row, find_duplicate_rows, find_shared_certificates

LOOK_AGAIN = timedelta(hours=24)
Line = dict[str, str | int | None]


@dataclass
class Result:
    """What the contract says of these rows."""

    ledger: list[Line] = field(default_factory=list)
    """side, ref, outcome, code, rule, counterpart; registrations first, in input order."""
    bindings: list[Line] = field(default_factory=list)
    """registration_ref, degree_ref, rule, state, bound_at."""
    exceptions: list[Line] = field(default_factory=list)
    """side, ref, code, counterpart; of one row in the order of the contract, notes last."""
    candidates: list[Line] = field(default_factory=list)
    """degree_ref, registration_ref, rank, rule and the five states; ranked per degree."""

    def row(self, ref: str) -> Line:
        """The ledger's line of a row."""
        return next(line for line in self.ledger if line["ref"] == ref)

    def codes(self, ref: str, *, notes: bool = False) -> list[str]:
        """All exception codes of a row; those of `judging.NOTES` only on demand."""
        return [
            str(line["code"])
            for line in self.exceptions
            if line["ref"] == ref and (notes or line["code"] not in NOTES)
        ]

    def bound(self) -> set[tuple[str, str, str]]:
        """registration, degree, rule of every binding."""
        return {(str(b["registration_ref"]), str(b["degree_ref"]), str(b["rule"])) for b in self.bindings}


@dataclass
class World:
    """All rows and pairs of a run, and who got what."""

    registrations: list[Registration]
    degrees: list[Degree]
    account_of: dict[Registration, Account]
    pairs: list[Pair]
    owner: dict[Degree, Pair] = field(default_factory=dict)
    contested: list[Pair] = field(default_factory=list)
    """Eligible pairs of several accounts by the same best rule, and those that lost by a lesser rule."""
    sources: set[Registration] = field(default_factory=set)
    """Crossed registrations, whichever end of the edge they are."""
    crossed_degrees: set[Degree] = field(default_factory=set)


def settle(
    registrations: Sequence[Raw],
    degrees: Sequence[Raw],
    enrolments: Sequence[Raw] = (),
    as_of: str | None = None,
) -> Result:
    """The whole of sections 5 to 7."""
    world = build(registrations, degrees, enrolments)
    share_out(world)
    cross(world)
    return written(world, enrolments, as_of)


def build(registrations: Sequence[Raw], degrees: Sequence[Raw], enrolments: Sequence[Raw]) -> World:
    """Rows with their own faults, accounts with theirs, and all pairs."""
    people = [Registration(raw, place) for place, raw in enumerate(registrations)]
    records = [Degree(raw, place) for place, raw in enumerate(degrees)]
    for rows in (people, records):
        find_duplicate_rows(rows)
        for row in rows:
            row.find_own_faults()
    find_shared_certificates(records)
    accounts = accounts_of([row for row in people if "duplicate-row" not in row.codes])
    students = [Row(raw, place) for place, raw in enumerate(enrolments)]
    mark(accounts, lambda row: ministry_has(row, [*records, *students]))
    account_of = {row: account for account in accounts for row in account.rows}
    return World(people, records, account_of, all_pairs(people, records, account_of))


def ministry_has(row: Registration, records: Iterable[Row]) -> bool:
    """Some degree or enrolment bears the ID of this account and its name."""
    return any(
        identity.state(row.id, record.id) in ("same", "alike")
        and names.state(row.name, record.name) in ("same", "alike")
        and "duplicate-row" not in record.codes
        and not record.id.rounded
        for record in records
    )


def share_out(world: World) -> None:
    """One degree – one account: the best rule wins, a tie between accounts is contested."""
    for degree in world.degrees:
        offers = [pair for pair in world.pairs if pair.degree is degree and pair.eligible]
        best = min((BIND_ORDER.index(pair.rule.name) for pair in offers), default=None)
        top = [pair for pair in offers if BIND_ORDER.index(pair.rule.name) == best]
        holders = {id(pair.account) for pair in top}
        if len(holders) == 1:
            world.owner[degree] = row_of_account(top)
            world.contested += [pair for pair in offers if id(pair.account) not in holders]
        else:
            world.contested += offers


def row_of_account(offers: Sequence[Pair]) -> Pair:
    """The row that claims the degree, else the account's first row."""
    claiming = [pair for pair in offers if pair.states[2] == "same"]
    if claiming:
        return min(claiming, key=lambda pair: (-pair.states.count("same"), pair.registration.place))
    return min(offers, key=lambda pair: pair.registration.place)


def cross(world: World) -> None:
    """Marks the rows that carry each other's ID; at the end of a path only who alone bears the name."""
    edges = crossed(edges_of(world.pairs))
    world.sources = {edge.source for edge in edges}
    sources = set(world.sources)
    for edge in edges:
        world.crossed_degrees.add(edge.degree)
        bearers = {other.target for other in edges if other.degree is edge.degree}
        if edge.target not in sources and len(bearers) > 1:
            continue
        world.sources.add(edge.target)
        for pair in world.pairs:
            if pair.degree is edge.degree and pair.registration is edge.target:
                pair.crossed = True
    for source in world.sources:
        if not any(pair.crossed and pair.registration is source for pair in world.pairs):
            cross_head(world, source)


def cross_head(world: World, source: Registration) -> None:
    """The head of a shifted column belongs with the degree of its name whose ID nobody carries."""
    free = [
        pair
        for pair in world.pairs
        if pair.registration is source
        and pair.states[1] == "same"
        and pair.degree.id.key
        and pair.degree not in world.owner
        and not any(
            identity.state(row.id, pair.degree.id) in ("same", "alike") for row in world.registrations
        )
    ]
    if len({pair.degree.id.key for pair in free}) == 1:
        for pair in free:
            pair.crossed = True
            world.crossed_degrees.add(pair.degree)


def written(world: World, enrolments: Sequence[Raw], as_of: str | None) -> Result:
    """The four lists."""
    result = Result()
    notes: dict[Row, list[str]] = {}
    for degree, pair in world.owner.items():
        state = verification(pair, enrolments, as_of)
        result.bindings.append(
            {
                "registration_ref": pair.registration.ref,
                "degree_ref": degree.ref,
                "rule": pair.rule.name,
                "state": state,
                "bound_at": pair.registration.get("bound_at"),
            }
        )
        ends: tuple[Row, Row] = (pair.registration, degree)
        for row in ends:
            notes.setdefault(row, []).extend([state] if state in NOTES and state not in notes[row] else [])
        if "身份核验未通过" in (degree.get("remark") or ""):
            notes[degree].append("face-check")
    explainer = Explainer(
        world.pairs, world.owner, world.contested, world.account_of, world.sources, world.crossed_degrees
    )
    for row in (*world.registrations, *world.degrees):
        line, exceptions = explainer.explain(row)
        result.ledger.append(line)
        result.exceptions += exceptions
        counterpart = line["counterpart"]
        result.exceptions += [
            {"side": row.side, "ref": row.ref, "code": code, "counterpart": counterpart}
            for code in notes.get(row, [])
        ]
    result.candidates = explainer.candidates(world.degrees)
    return result


def verification(pair: Pair, enrolments: Sequence[Raw], as_of: str | None) -> str:
    """S7: look again 24 hours after binding."""
    bound_at, now = moment(pair.registration.get("bound_at")), moment(as_of)
    if not enrolments or bound_at is None or now is None:
        return "unverified"
    if now < bound_at + LOOK_AGAIN:
        return "verification-pending"
    return (
        "verified" if any(is_enrolled(pair.registration, raw) for raw in enrolments) else "enrolment-missing"
    )


def is_enrolled(row: Registration, enrolment: Mapping[str, object]) -> bool:
    """Same or alike ID and the same name."""
    record = Row(enrolment, 0)
    return (
        identity.state(row.id, record.id) in ("same", "alike")
        and names.state(row.name, record.name) == "same"
    )
