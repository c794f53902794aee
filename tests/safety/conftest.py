"""Safe output, privacy and equal bytes: texts and people are those of the measuring commands."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))
