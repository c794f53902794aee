"""Locks and looks after what the package is built from: `python bench/dependencies.py lock|lowest|audit`.

`lock` writes `.ci/locks/run.txt` (the package) and `all.txt` (with every extra): one version of everything
for Linux, Windows and macOS on Python 3.11 and later, with the hashes of its files, and the build tool.
`lowest` writes `lowest.txt`: the oldest versions that pyproject.toml allows, to be tested with.
`audit` asks the advisory databases about every locked version. It ends with 1 if one is known to be
vulnerable, and with 3 if one could not be looked up: an audit that asked nobody finds nothing. With
`--if-reachable` it says the same and ends with 0 in place of 3, for machines that reach no database.

Needs uv (`lock`, `lowest`) or pip-audit (`audit`).
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / ".ci" / "locks"
OLDEST_PYTHON = "3.11"
SERVICES = ("pypi", "osv")
VULNERABLE, NOT_AUDITED = 1, 3
_ENDS = {
    0: "clean",
    VULNERABLE: "vulnerable",
    NOT_AUDITED: "this is no audit: run it where the databases can be reached",
}


def _tool(name: str) -> str:
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if not found:
        sys.exit(f"{name} is not installed: pip install {name}")
    return found


def _compile(target: str, *arguments: str) -> None:
    """Resolve pyproject.toml and its build tool; nothing in the file names where packages came from."""
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    command = [
        _tool("uv"), "pip", "compile", "-q", "pyproject.toml", "-", "--no-header", "--no-annotate",
        "--no-emit-index-url", "--generate-hashes", "--universal", "--upgrade",
        "--python-version", OLDEST_PYTHON, *arguments, "-o", str(LOCKS / target),
    ]  # fmt: skip
    LOCKS.mkdir(parents=True, exist_ok=True)
    subprocess.run(command, input="\n".join(build), text=True, check=True, cwd=ROOT)
    print(f"{target}: {(LOCKS / target).read_text().count('==')} versions")


def lock() -> int:
    """Today's versions of everything."""
    _compile("run.txt")
    _compile("all.txt", "--all-extras")
    return 0


def lowest() -> int:
    """The oldest versions allowed of what the package itself asks for, with and without the extras."""
    _compile("lowest.txt", "--all-extras", "--resolution", "lowest-direct")
    return 0


def _asked(service: str, name: str) -> tuple[int, list[str], list[str]]:
    """How many packages of a lock were looked up, which could not be, which are vulnerable."""
    command = [
        _tool("pip-audit"), "-s", service, "-r", str(LOCKS / name), "--require-hashes", "--disable-pip",
        "-f", "json", "--progress-spinner", "off",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        found = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        reason = done.stderr.strip().splitlines()[-1:] or ["no answer"]
        return 0, [f"everything: {reason[0][:200]}"], []
    skipped = [each["name"] for each in found if "skip_reason" in each]
    vulnerable = [f"{each['name']} {each['version']}: {', '.join(v['id'] for v in each['vulns'])}"
                  for each in found if each.get("vulns")]  # fmt: skip
    return len(found) - len(skipped), skipped, vulnerable


def audit() -> int:
    """0: all were looked up and nothing is known against them; 1: something is; 3: not all were looked up."""
    end = 0
    for name in ("all.txt", "lowest.txt"):
        for service in SERVICES:
            asked, skipped, vulnerable = _asked(service, name)
            print(f"{name}, {service}: {asked} looked up, {len(skipped)} not, {len(vulnerable)} vulnerable")
            if not skipped:
                break
        for line in vulnerable:
            print(f"  VULNERABLE {line}")
        if skipped:
            print(f"  NOT AUDITED: {', '.join(skipped[:5])}{' …' if len(skipped) > 5 else ''}")
        end = VULNERABLE if vulnerable or end == VULNERABLE else NOT_AUDITED if skipped else end
    print(_ENDS[end])
    return end


def main() -> int:
    commands = {"lock": lock, "lowest": lowest, "audit": audit}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=commands)
    parser.add_argument(
        "--if-reachable", action="store_true", help="end with 0 where no database was reached"
    )
    asked = parser.parse_args()
    code = commands[asked.command]()
    return 0 if asked.if_reachable and code == NOT_AUDITED else code


if __name__ == "__main__":
    sys.exit(main())
