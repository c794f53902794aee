"""What a cohort promises: the same bytes, every kind, a label for every record and no other."""

import csv
import hashlib
from collections import Counter
from dataclasses import replace

import pytest

from chsi_batch.errors import OutputError, UsageError
from chsi_batch.labelled import sample
from chsi_batch.labelled.catalogue import LAYOUTS
from chsi_batch.labelled.grids import books
from chsi_batch.labelled.id_numbers import valid
from chsi_batch.labelled.situations import SITUATIONS, clean
from chsi_batch.labelled.situations.registry import situation
from chsi_batch.labelled.truth import COLUMNS
from chsi_batch.labelled.world import World
from chsi_batch.rules import exception_codes

ID_HEADERS = ("身份证号", "证件号码", "身份证号码", "SFZH", "ZJHM")
NAME_HEADERS = ("姓名", "XM")
NOT_OF_A_COHORT = {"immutable-changed"}
"""Needs a previous run."""


def cell(record, headers):
    return next((record[header] for header in headers if header in record), None)


def digests(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_seed_same_bytes(tmp_path):
    sample.make(60, 3, tmp_path / "a")
    sample.make(60, 3, tmp_path / "b")
    assert digests(tmp_path / "a") == digests(tmp_path / "b")


def test_other_seed_other_people(tmp_path):
    sample.make(20, 3, tmp_path / "a")
    sample.make(20, 4, tmp_path / "b")
    assert digests(tmp_path / "a")["truth.csv"] != digests(tmp_path / "b")["truth.csv"]


def test_every_kind_occurs(cohort, labels):
    assert {label.kind for label in labels} == {*SITUATIONS, "clean", "clean-claim", "several-degrees"}
    assert cohort[1]["kinds"] == dict(sorted(Counter(label.kind for label in labels).items()))


def test_every_layout_occurs(cohort):
    files = {path.rpartition("/")[2].partition(".")[0] for path in cohort[1]["files"]}
    assert files == {layout.stem for layout in LAYOUTS}


def test_codes_are_those_of_the_contract(labels):
    ledger = {code.code for code in exception_codes() if code.group != "note"} | {"id-missing"}
    used = {code for label in labels for code in label.codes}
    assert used <= ledger
    assert used == ledger - NOT_OF_A_COHORT


def test_truth_names_every_record_once(labels, found):
    places = [(label.side, label.ref) for label in labels]
    assert len(places) == len(set(places))
    assert set(places) == set(found)


def test_truth_has_its_columns(cohort):
    with (cohort[0] / "truth.csv").open(encoding="utf-8-sig", newline="") as file:
        assert tuple(next(csv.reader(file))) == COLUMNS


def test_references_point_to_the_right_rows(labels, found):
    clean = [label for label in labels if label.kind == "clean" and label.side == "registration"]
    assert clean
    for label in clean:
        account = found[label.side, label.ref]
        (counterpart,) = label.to
        record = found["degree", counterpart]
        assert cell(account, NAME_HEADERS) == cell(record, NAME_HEADERS)
        assert cell(account, ID_HEADERS) == cell(record, ID_HEADERS)
        assert valid(str(cell(account, ID_HEADERS)))


def test_bindings_are_mutual(labels):
    degrees = {label.ref: label for label in labels if label.side == "degree"}
    accounts = {label.ref: label for label in labels if label.side == "registration"}
    for label in degrees.values():
        assert (label.expect == "bound") == bool(label.to) == (not label.codes)
        assert all(label.ref in accounts[ref].to for ref in label.to)
        assert not label.top or label.top in accounts
    for label in accounts.values():
        assert (label.expect == "bound") == bool(label.to) == (not label.codes)
        assert not label.top or label.top in degrees


def test_most_people_are_clean(tmp_path):
    summary = sample.make(2000, 5, tmp_path)
    clean = sum(summary["kinds"][kind] for kind in ("clean", "clean-claim", "several-degrees"))
    assert 0.65 < clean / summary["rows"] < 0.85
    assert summary["must_bind"] > 2000


def test_no_sheet_is_longer_than_the_ministry_allows():
    world = World(1)
    layout = next(layout for layout in LAYOUTS if layout.stem == "diploma_register")
    blocks = []
    for _ in range(30):
        g = world.passer_by()
        blocks.append([world.degree(g.person, g.study)])
    made = books(replace(layout, rows=4), "degrees", blocks, world.rng)
    assert len(made) > 1
    assert len({book.file for book in made}) == len(made)
    assert all(len(grid.rows) <= 4 for book in made for grid in book.grids)
    assert sum(len(grid.rows) for book in made for grid in book.grids) == 30


def test_a_dbf_takes_no_row_that_its_fields_would_cut():
    world = World(1)
    layout = next(layout for layout in LAYOUTS if layout.stem == "diploma_upload")
    g = world.passer_by("本科", 2010)
    assert layout.fits(world.degree(g.person, g.study))
    assert not layout.fits(world.degree(g.person, g.study, id_number=g.person.id_number + "  "))
    assert not layout.fits(world.degree(g.person, g.study, name="阿卜杜热合曼·阿布都克力木"))
    assert "days" not in layout.offers


def test_files_of_another_cohort_are_in_the_way(tmp_path):
    sample.make(20, 3, tmp_path)
    sample.make(20, 3, tmp_path)
    (tmp_path / "degrees" / "other.csv").write_text("姓名,证书编号\n", encoding="utf-8")
    with pytest.raises(OutputError, match=r"other\.csv"):
        sample.make(20, 3, tmp_path)


def test_nobody_is_no_cohort(tmp_path):
    with pytest.raises(UsageError):
        sample.make(0, 1, tmp_path)


def test_a_kind_is_entered_once():
    with pytest.raises(ValueError, match="twins"):
        situation("twins")(clean.plain)
