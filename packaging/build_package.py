"""Build the self-contained folder, and on Debian or Ubuntu the installer.

    python3 packaging/bootstrap.py package [--output DIR] [--work DIR] [--reuse] [--no-deb]

The folder holds Python, every library and the resources: it runs where no Python is installed. PyInstaller builds for
the system it runs on. The `.deb` installs the folder to /opt/medviewer with a link in /usr/bin, a menu entry and the
icons; packaging/check_package.py installs it in a bare Debian and runs the self-test there.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import TYPE_CHECKING

import bootstrap
import update_constraints

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[1]
ICON_SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
NOTICE = re.compile(r"(?i)(^|/)(licen[cs]es?|copying|notice|authors|copyright)[^/]*$")


def version() -> str:
    """The program's version."""
    found = re.search(r'__version__ = "([^"]+)"', (ROOT / "medviewer" / "__init__.py").read_text("utf-8"))
    assert found is not None
    return found[1]


def build_folder(output: Path, work: Path) -> Path:
    """Run PyInstaller; the folder made."""
    options = ["--noconfirm", "--clean", "--log-level", "WARN", "--distpath", str(output), "--workpath", str(work)]
    spec = ROOT / "packaging" / "pyinstaller" / "medviewer.spec"
    command = [sys.executable, "-m", "PyInstaller", *options, str(spec)]
    subprocess.run(command, cwd=ROOT, check=True, env=bootstrap.child_environment())
    folder = output / "medviewer"
    write_licenses(folder / "licenses")
    return folder


def runtime_distributions() -> list[Distribution]:
    """What is shipped: all that the program needs to run, torch included."""
    import tomllib

    from packaging.requirements import Requirement

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    names = update_constraints.closure([Requirement(line) for line in project["project"]["dependencies"]])
    return [distribution(name) for name in sorted(names)]


def write_licenses(target: Path) -> None:
    """Put the licence texts of everything shipped into `target`, and a list of them beside."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    lines = [
        "medviewer is shipped with these libraries. Their licence texts are in the folders beside this file.",
        "",
    ]
    for found in runtime_distributions():
        name = found.metadata["Name"]
        stated = next((found.metadata[key] for key in ("License-Expression", "License") if key in found.metadata), "")
        classifiers = [
            line.rpartition(" :: ")[2]
            for line in found.metadata.get_all("Classifier") or ()
            if line.startswith("License :: ")
        ]
        # Some put the whole text into the field.
        short = stated if stated and "\n" not in stated and len(stated) < 100 else ", ".join(classifiers)
        lines.append(f"{name} {found.version}: {short or 'see its folder'}")
        for file in found.files or ():
            inside = file.as_posix().partition(".dist-info/")[2]
            source = Path(str(file.locate()))
            if NOTICE.search(inside) and source.is_file():
                (target / name).mkdir(exist_ok=True)
                shutil.copyfile(source, target / name / inside.removeprefix("licenses/").replace("/", "-"))
    python = Path(sys.base_prefix, "lib", f"python{sys.version_info[0]}.{sys.version_info[1]}", "LICENSE.txt")
    lines.append(f"Python {sys.version.split()[0]}: Python Software Foundation License 2.0")
    if python.exists():
        (target / "Python").mkdir(exist_ok=True)
        shutil.copyfile(python, target / "Python" / "LICENSE.txt")
    for name in ("LGPL-3", "GPL-3"):  # Qt's wheels bring no text; Debian has it for everyone
        text = Path("/usr/share/common-licenses", name)
        if text.exists():
            (target / "PySide6").mkdir(exist_ok=True)
            shutil.copyfile(text, target / "PySide6" / name)
    (target / "README.txt").write_text("\n".join(lines) + "\n", "utf-8")


def control_file(installed_kib: int, architecture: str) -> str:
    """The control file of the Debian package (Debian Policy, chapter 5)."""
    # libglib2.0-0 is called libglib2.0-0t64 since Debian 13 and Ubuntu 24.04.
    libraries = [package for _, package in bootstrap.LIBRARIES + bootstrap.SCREEN_LIBRARIES]
    depends = ["libc6 (>= 2.34)", *("libglib2.0-0t64 | " * (p == "libglib2.0-0") + p for p in libraries)]
    return "\n".join(
        [
            "Package: medviewer",
            f"Version: {version()}",
            f"Architecture: {architecture}",
            "Maintainer: The medviewer developers <medviewer@localhost>",
            f"Installed-Size: {installed_kib}",
            f"Depends: {', '.join(depends)}",
            "Recommends: fonts-noto-cjk",
            "Section: science",
            "Priority: optional",
            "Description: medical image workstation",
            " Opens CT, MR, PET, X-ray, ultrasound and other images in DICOM and research",
            " formats, from files and folders, shows them in linked panes, measures and",
            " processes them. Made for research, not for diagnosis.",
            "",
        ]
    )


def build_deb(folder: Path, output: Path, work: Path) -> Path:
    """Wrap the folder into a Debian package; the file made."""
    architecture = subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
    ).stdout.strip()
    tree = work / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    opt = tree / "opt" / "medviewer"
    opt.parent.mkdir(parents=True)
    # Hard links where the file system has them: the folder is over a gigabyte.
    if subprocess.run(["cp", "-a", "--link", str(folder), str(opt)], capture_output=True, check=False).returncode:
        shutil.copytree(folder, opt, symlinks=True, dirs_exist_ok=True)
    link = tree / "usr" / "bin" / "medviewer"
    link.parent.mkdir(parents=True)
    link.symlink_to("/opt/medviewer/medviewer")
    share = tree / "usr" / "share"
    for source, target in {
        ROOT / "packaging" / "deb" / "medviewer.desktop": share / "applications" / "medviewer.desktop",
        ROOT / "packaging" / "deb" / "copyright": share / "doc" / "medviewer" / "copyright",
        **icons(share),
    }.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    with (share / "doc" / "medviewer" / "copyright").open("a", encoding="utf-8") as stream:
        text = (ROOT / "LICENSE").read_text("utf-8").partition("\n\n")[2].partition("\n\n")[2]
        stream.write("License: MIT\n" + "".join(f" {line or '.'}\n" for line in text.strip().splitlines()))
    for path in [tree, *tree.rglob("*")]:
        # Root's umask may be strict; the hard-linked files of the folder already have their modes.
        if not path.is_symlink() and opt not in path.parents:
            path.chmod(0o755 if path.is_dir() else 0o644)
    size = sum(path.lstat().st_size for path in tree.rglob("*") if not path.is_dir()) // 1024
    control = tree / "DEBIAN" / "control"
    control.parent.mkdir()
    control.write_text(control_file(size, architecture), "utf-8")
    target = output / f"medviewer_{version()}_{architecture}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z3", "--build", str(tree), str(target)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(tree)
    return target


def icons(share: Path) -> dict[Path, Path]:
    """Where the program's icons go (freedesktop.org icon theme specification)."""
    source = ROOT / "resources" / "icons" / "program"
    theme = share / "icons" / "hicolor"
    placed = {source / "medviewer.svg": theme / "scalable" / "apps" / "medviewer.svg"}
    for size in ICON_SIZES:
        picture = source / f"medviewer-{size}.png"
        if picture.exists():
            placed[picture] = theme / f"{size}x{size}" / "apps" / "medviewer.png"
    return placed


def main(arguments: Sequence[str] | None = None) -> int:
    """Build what was asked for and say where it is."""
    parser = argparse.ArgumentParser(prog="bootstrap.py package", description="Build the self-contained program.")
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="folder for the results (default: dist)")
    parser.add_argument("--work", type=Path, default=ROOT / "build", help="folder for what is in between")
    parser.add_argument("--reuse", action="store_true", help="wrap the folder of the last build again")
    parser.add_argument("--no-deb", action="store_true", help="only the folder")
    options = parser.parse_args(arguments)
    output, work = options.output.resolve(), options.work.resolve()
    output.mkdir(parents=True, exist_ok=True)
    folder = output / "medviewer"
    if not options.reuse or not folder.is_dir():
        folder = build_folder(output, work)
    print(f"folder: {folder}")
    if not options.no_deb and shutil.which("dpkg-deb"):
        package = build_deb(folder, output, work)
        print(f"installer: {package} ({package.stat().st_size / 1e6:.0f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
