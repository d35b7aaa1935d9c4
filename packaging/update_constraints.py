"""Write `constraints.txt` from an environment that passed the tests.

    .venv/bin/python packaging/update_constraints.py

Every distribution that pyproject.toml asks for, directly or through others, in any of its extras, at the version
installed in the environment that runs this script. Left out are torch and what only its CUDA builds need: which build
is right depends on the machine, and bootstrap.py chooses it. To take newer versions: install with
`pip install --upgrade -e ".[test,dist]"`, run the tests, run this, commit.

A distribution that another Python or system needs besides (colorama on Windows, say) is not constrained.
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "packaging" / "constraints.txt"
MACHINE_BOUND = re.compile(r"torch|triton|nvidia-.*|cuda-.*")

HEAD = """\
# Exact versions that the tests passed with; ranges are in pyproject.toml.
# Written by packaging/update_constraints.py; torch is left to packaging/bootstrap.py.
"""


def canonical(name: str) -> str:
    """The one spelling of a distribution's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def roots() -> list[Requirement]:
    """What pyproject.toml asks for, build backend and extras included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lines = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    for extra in project["project"]["optional-dependencies"].values():
        lines += extra
    return [Requirement(line) for line in lines]


def closure(requirements: list[Requirement]) -> dict[str, str]:
    """Name and installed version of everything reached from `requirements`."""
    versions: dict[str, str] = {}
    waiting = [(requirement, extra) for requirement in requirements for extra in ("", *requirement.extras)]
    seen: set[tuple[str, str]] = set()
    while waiting:
        requirement, extra = waiting.pop()
        name = canonical(requirement.name)
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue  # an extra that is not installed here
        versions[name] = found.version
        for line in found.requires or ():
            wanted = Requirement(line)
            if wanted.marker is None or wanted.marker.evaluate({"extra": extra}):
                waiting += [(wanted, inner) for inner in ("", *wanted.extras)]
    return versions


def main() -> int:
    """Write the file and say how many versions it holds."""
    versions = {name: version for name, version in closure(roots()).items() if not MACHINE_BOUND.fullmatch(name)}
    TARGET.write_text(HEAD + "".join(f"{name}=={versions[name]}\n" for name in sorted(versions)), "utf-8")
    print(f"{len(versions)} versions written to {TARGET.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
