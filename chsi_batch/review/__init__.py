"""The review of a finished run in a notebook: one case at a time, decided with keys and buttons.

`review(folder)` gives the widget; `Session` is the same without a browser. Decisions go to the log beside the
run as they are made, so the review resumes where it stopped.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chsi_batch.review.session import Session

if TYPE_CHECKING:
    from chsi_batch.review.widget import Review


def review(
    run_folder: Path | str,
    *,
    reviewer: str | None = None,
    code: str | None = None,
    school: str | None = None,
    party: str | None = None,
    language: str = "zh",
    unmask: bool = False,
) -> Review:
    """The review of a run: show it as the last line of a cell.

    `code`, `school` and `party` (such as `"school"`, `"student"`) choose the cases to begin with. ID numbers
    are masked but for the places in which the two rows differ; `unmask` shows them in full.
    """
    from chsi_batch.review.widget import Review

    session = Session(Path(run_folder), reviewer=reviewer, language=language, unmask=unmask)
    session.choose(code=code, school=school, party=party)
    return Review(session)


__all__ = ["Session", "review"]
