"""Proof of equal bytes: `python bench/same_bytes.py [--people N] [--write]`.

One cohort is run in many surroundings: order of the files, threads, readers, locale, time zone, hash seed,
umask, working folder, kind of paths, UTF-8 mode. Prints one digest per file, and what gave another.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from results import write_section

from chsi_batch.labelled import sample

SIDES = ("registrations", "degrees", "enrolments")


@dataclass(frozen=True)
class Surroundings:
    """One way to run the same job."""

    name: str
    environment: dict[str, str] = field(default_factory=dict)
    settings: str = ""
    umask: int = 0o022
    elsewhere: bool = False
    backwards: bool = False
    python: tuple[str, ...] = ()


def combinations() -> Iterator[Surroundings]:
    """One at a time, then all at once."""
    yield Surroundings("plain")
    for threads in (1, 2, 4):
        yield Surroundings(f"{threads} threads", settings=f"[engine]\nthreads = {threads}\n")
    for readers in (1, 2, 4):
        yield Surroundings(f"{readers} readers", settings=f"[limits]\nreaders = {readers}\n")
    for locale in ("C", "POSIX", "zh_CN.UTF-8", "zh_CN.GB18030", "tr_TR.UTF-8"):
        yield Surroundings(f"locale {locale}", {"LC_ALL": locale, "LANG": locale})
    for zone in ("UTC", "Asia/Shanghai", "America/St_Johns", "Pacific/Kiritimati"):
        yield Surroundings(f"time zone {zone}", {"TZ": zone})
    for seed in ("0", "1", "4711"):
        yield Surroundings(f"hash seed {seed}", {"PYTHONHASHSEED": seed})
    for umask in (0o000, 0o077):
        yield Surroundings(f"umask {umask:03o}", umask=umask)
    for mode in ("0", "1"):
        yield Surroundings(f"UTF-8 mode {mode}", {"PYTHONUTF8": mode})
    yield Surroundings("output in GBK", {"PYTHONIOENCODING": "gbk"})
    yield Surroundings("another folder, relative paths", elsewhere=True)
    yield Surroundings("files backwards, one by one", backwards=True)
    yield Surroundings("optimised", python=("-O",))
    yield Surroundings(
        "all at once", {"LC_ALL": "C", "TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "99", "PYTHONUTF8": "0"},
        "[engine]\nthreads = 1\n[limits]\nreaders = 1\n", 0o077, True, True,
    )  # fmt: skip


def made(cohort: Path, as_of: str, ours: Surroundings, folder: Path) -> dict[str, str]:
    """The digest of every file but run.json, which tells times."""
    folder.mkdir()
    arguments = [part for side in SIDES for part in (f"--{side}", *_given(cohort, side, ours))]
    if ours.settings:
        (folder / "settings.toml").write_text(ours.settings, "utf-8")
        arguments += ["--config", str(folder / "settings.toml")]
    out = folder / "result"
    done = subprocess.run(
        [sys.executable, *ours.python, "-m", "chsi_batch", "run", *arguments, "--as-of", as_of,
         "--out", str(out)],
        env={**os.environ, **ours.environment}, cwd=cohort if ours.elsewhere else folder, umask=ours.umask,
        capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{ours.name}: {done.stderr.decode('utf-8', 'replace')}")
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != "run.json"
    }


def _given(cohort: Path, side: str, ours: Surroundings) -> list[str]:
    start = Path(side) if ours.elsewhere else cohort / side
    if not ours.backwards:
        return [str(start)]
    return [str(start / path.name) for path in sorted((cohort / side).iterdir(), reverse=True)]


def main() -> None:
    """Run every combination, tell digests."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    start, digests, other = time.perf_counter(), {}, []
    with tempfile.TemporaryDirectory(prefix="chsi-bytes-") as folder:
        cohort = Path(folder) / "cohort"
        as_of = str(sample.make(asked.people, 1, cohort)["as_of"])
        listed = list(combinations())
        for turn, ours in enumerate(listed):
            found = made(cohort, as_of, ours, Path(folder) / str(turn))
            digests = digests or found
            differing = sorted(
                name for name in digests.keys() | found.keys() if digests.get(name) != found.get(name)
            )
            print(
                f"{ours.name}: {len(found)} files, {len(differing)} differ {' '.join(differing)}", flush=True
            )
            other += [(ours.name, name) for name in differing]
    lines = ["| file | digest in all surroundings |", "|---|---|"]
    lines += [
        f"| `{name}` | `{digest[:16]}` |"
        for name, digest in digests.items()
        if name not in {differing for _, differing in other}
    ]
    lines += [f"| `{name}` | differs: {ours} |" for ours, name in other]
    seconds = time.perf_counter() - start
    text = f"{len(listed)} surroundings, {len(digests)} files each: {len(other)} differ, {seconds:.0f} s."
    text += "\n\n"
    print(text + "\n".join(lines))
    if asked.write:
        write_section(
            "Same bytes", __file__, f"{text}{', '.join(o.name for o in listed)}.\n\n" + "\n".join(lines)
        )


if __name__ == "__main__":
    main()
