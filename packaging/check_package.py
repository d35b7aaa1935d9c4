"""Install the .deb in a bare Debian and run the self-test there: nothing of this machine's Python helps it.

    sudo python3 packaging/check_package.py dist/medviewer_0.1.0_amd64.deb [--root DIR] [--keep]

Needs root and debootstrap. The bare root takes the release, the package sources and the proxy settings of this
system. What is checked: the package installs with its stated dependencies alone; as a user without rights and without
a screen `medviewer selftest` passes, `medviewer probe` reads the sample studies and the window opens; removing the
package leaves nothing behind.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

MOUNTS = (("proc", "proc"), ("tmpfs", "dev/shm"))
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def release() -> str:
    """The code name of this Debian."""
    found = re.search(r"^VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text("utf-8"), re.MULTILINE)
    if not found:
        raise SystemExit("This system does not say which Debian release it is.")
    return found[1]


def mirror() -> str:
    """The first package source of this system."""
    files = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    found = mirror_in("\n".join(path.read_text("utf-8") for path in files if path.is_file()))
    if not found:
        raise SystemExit("No package source of this release is set up in /etc/apt.")
    return found


def mirror_in(text: str) -> str:
    """The first source of this release in settings of apt, in either of their two formats; empty without one."""
    name = release()
    for pattern in (rf"^URIs:\s*(\S+)\s*\nSuites:[^\n]*\b{name}\b", rf"^deb (?:\[[^]]*\] )?(\S+) {name} "):
        found = re.search(pattern, text, re.MULTILINE)
        if found:
            return found[1]
    return ""


def in_root(root: Path, *command: str, user: str = "root") -> subprocess.CompletedProcess[str]:
    """Run a command inside the bare root with an empty environment."""
    home = "/root" if user == "root" else f"/home/{user}"
    environment = ["env", "-i", f"PATH={PATH}", f"HOME={home}", "DEBIAN_FRONTEND=noninteractive", "LANG=C.UTF-8"]
    proxies = [f"{name}={value}" for name, value in os.environ.items() if name.lower().endswith("_proxy")]
    chroot = ["chroot", *([f"--userspec={user}"] if user != "root" else []), str(root)]
    return subprocess.run([*chroot, *environment, *proxies, *command], capture_output=True, text=True, check=False)


def must(done: subprocess.CompletedProcess[str], what: str) -> str:
    """The output of a command that has to succeed."""
    if done.returncode:
        raise SystemExit(
            f"FAILED: {what} (exit code {done.returncode})\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        )
    print(f"ok: {what}", flush=True)
    return done.stdout


def make_root(root: Path) -> None:
    """A minimal Debian with this system's package sources and an ordinary user."""
    command = ["debootstrap", "--variant=minbase", release(), str(root), mirror()]
    must(subprocess.run(command, capture_output=True, text=True, check=False), f"bare {release()} root")
    shutil.copy("/etc/resolv.conf", root / "etc" / "resolv.conf")
    for settings in Path("/etc/apt/apt.conf.d").glob("*prox*"):
        shutil.copy(settings, root / "etc" / "apt" / "apt.conf.d" / settings.name)
    must(in_root(root, "useradd", "--create-home", "reader"), "ordinary user")
    # debootstrap made the device nodes; shared memory is what the decoder processes hand pictures over with.
    for kind, place in MOUNTS:
        (root / place).mkdir(exist_ok=True)
        command = ["mount", "-t", kind, kind, str(root / place)]
        must(subprocess.run(command, capture_output=True, text=True, check=False), f"/{place}")


def check(root: Path, package: Path) -> dict[str, Any]:
    """Install, test, remove; the report of the self-test."""
    shutil.copy(package, root / "tmp" / package.name)
    must(in_root(root, "apt-get", "-q", "update"), "package lists")
    install = ["apt-get", "-q", "install", "-y", "--no-install-recommends", f"/tmp/{package.name}"]
    must(in_root(root, *install), "installed with its dependencies")
    has_python = in_root(root, "sh", "-c", "command -v python3").returncode == 0
    print(f"    a Python of the system is {'there' if has_python else 'not there'}")
    done = in_root(root, "medviewer", "selftest", user="reader")
    start = done.stdout.find("{")
    try:
        report: dict[str, Any] = json.loads(done.stdout[start:]) if start >= 0 else {}
    except ValueError:
        report = {}
    failed = report.get("failed", ["no report"])
    if done.returncode or failed:
        raise SystemExit(f"FAILED: self-test: {failed}\n{reasons(report)}\n{done.stderr[-3000:]}")
    print(f"ok: self-test ({report.get('seconds')} s)")
    samples = "/opt/medviewer/_internal/medviewer/resources/samples"
    for name in ("ct-chest", "mr-brain"):
        answer = json.loads(
            must(in_root(root, "medviewer", "probe", f"{samples}/{name}", user="reader"), f"probe {name}")
        )
        if answer["status"] != "loaded":
            raise SystemExit(f"FAILED: {name}: {answer['reason']}")
    # The window has no end of its own: it must still be there when time is up (exit code 124), and have said nothing.
    window = ["env", "QT_QPA_PLATFORM=offscreen", "timeout", "20", "medviewer", f"{samples}/ct-chest"]
    done = in_root(root, *window, user="reader")
    if done.returncode != 124 or "Traceback" in done.stderr:
        raise SystemExit(
            f"FAILED: the window (exit code {done.returncode})\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        )
    print("ok: the window opens and stays, unseen")
    must(in_root(root, "apt-get", "-q", "remove", "-y", "medviewer"), "removed")
    if (root / "opt" / "medviewer").exists():
        raise SystemExit("FAILED: /opt/medviewer is still there after the removal")
    return report


def reasons(report: dict[str, Any]) -> str:
    """One line for each check that did not pass."""
    lists = [checks for checks in report.values() if isinstance(checks, list)]
    failed = [
        check for checks in lists for check in checks if isinstance(check, dict) and check["status"] != "passed"
    ]
    return "\n".join(f"  {check['name']}: {check['reason']}" for check in failed)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check one package."""
    parser = argparse.ArgumentParser(description="Install the .deb in a bare Debian and run the self-test there.")
    parser.add_argument("package", type=Path)
    parser.add_argument("--root", type=Path, help="folder for the bare system (default: a temporary one)")
    parser.add_argument("--keep", action="store_true", help="leave the bare system for a look")
    options = parser.parse_args(arguments)
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        raise SystemExit("This check needs root and debootstrap (sudo apt-get install debootstrap).")
    root = (options.root or Path(tempfile.mkdtemp(prefix="medviewer-root-"))).resolve()
    try:
        make_root(root)
        root.chmod(0o755)  # a temporary folder is its maker's alone: the ordinary user inside could not enter "/"
        check(root, options.package.resolve())
    finally:
        for _, place in MOUNTS:
            subprocess.run(["umount", "--lazy", str(root / place)], capture_output=True, check=False)
        if not options.keep:
            # Never across a mount that could not be taken off.
            subprocess.run(["rm", "-rf", "--one-file-system", str(root)], check=False)
    print("The package works on a bare system.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
