"""Readings of single characters come from pypinyin, without its phrases."""

from __future__ import annotations

import subprocess
import sys

from pypinyin.constants import PINYIN_DICT

from chsi_batch.values import pronunciation

ASKED = """
import sys
from chsi_batch.values import pronunciation
assert pronunciation.syllable("张") == "zhang"
print(*(name for name in sys.modules if name.startswith("pypinyin")))
"""


def test_every_reading_is_that_of_pypinyin() -> None:
    assert pronunciation._readings() == PINYIN_DICT
    assert len(PINYIN_DICT) > 40_000


def test_no_phrases_are_loaded() -> None:
    done = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
