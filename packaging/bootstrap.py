"""One command sets everything up, then opens the program, tests it or packages it.

    python3 packaging/bootstrap.py run [ARGUMENTS]      open medviewer, or run one of its commands
    python3 packaging/bootstrap.py test [PYTEST ARGS]   all checks and tests; with arguments, pytest alone
    python3 packaging/bootstrap.py package [ARGUMENTS]  the self-contained folder and the .deb
    python3 packaging/bootstrap.py clean                remove the environment, caches and built things

Only Python 3.11 to 3.13 is needed, no package: the first call checks the system's libraries, makes an environment in
`.venv` and installs what pyproject.toml asks for at the versions of constraints.txt. A call that is cut off is taken
up by the next; when nothing has changed since, the set-up costs a fraction of a second.
"""

# This file must at least be read by older Pythons, so that they can be told what is wrong: no match, no 3.10 syntax.
from __future__ import annotations

import ctypes
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMP = VENV / "medviewer-setup.json"
STARTED = VENV / "medviewer-setup-started"
PYTHONS = ((3, 11), (3, 12), (3, 13))

TORCH = "torch==2.13.0"
TORCH_INDEX_VARIABLE = "MEDVIEWER_TORCH_INDEX"  # address of PyTorch's own index of wheels without CUDA, see its site

# Shared libraries that the wheels expect from a Debian or Ubuntu system, found in a bare root: (library, package).
LIBRARIES = (
    ("libglib-2.0.so.0", "libglib2.0-0"),
    ("libGL.so.1", "libgl1"),
    ("libEGL.so.1", "libegl1"),
    ("libfontconfig.so.1", "libfontconfig1"),
    ("libdbus-1.so.3", "libdbus-1-3"),
    ("libxkbcommon.so.0", "libxkbcommon0"),
)
SCREEN_LIBRARIES = (
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    ("libxcb-cursor.so.0", "libxcb-cursor0"),
    ("libxcb-icccm.so.4", "libxcb-icccm4"),
    ("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    ("libxcb-shape.so.0", "libxcb-shape0"),
)

FONTS = Path("/usr/share/fonts")

EXIT_PYTHON = 2
EXIT_SYSTEM = 3
EXIT_DISPLAY = 4
EXIT_INSTALL = 5


class SetupError(Exception):
    """Set-up cannot go on: what to tell the user, and the exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def say(text: str) -> None:
    """Tell what happens, beside the output of the program itself."""
    print(text, file=sys.stderr, flush=True)


# Python


def check_python() -> None:
    """Go on with a Python that can be used: this one, or another one on the PATH."""
    if sys.version_info[:2] in PYTHONS:
        return
    if "MEDVIEWER_BOOTSTRAP" not in os.environ:
        for major, minor in PYTHONS:
            other = shutil.which(f"python{major}.{minor}")
            # A version manager's shim can stand there without the Python behind it.
            if other and subprocess.run([other, "-c", ""], capture_output=True, check=False).returncode == 0:
                environment = dict(os.environ, MEDVIEWER_BOOTSTRAP="1")
                sys.exit(subprocess.call([other, __file__, *sys.argv[1:]], env=environment))
    raise SetupError(
        f"medviewer needs Python 3.11, 3.12 or 3.13, and this is Python {platform.python_version()}.\n"
        "Install one of these (https://www.python.org/downloads/) and start this script with it.",
        EXIT_PYTHON,
    )


def check_platform() -> None:
    """Say before a long download that this system cannot run the libraries."""
    libc, version = platform.libc_ver()
    if libc == "glibc" and tuple(int(part) for part in re.findall(r"\d+", version)[:2]) < (2, 34):
        raise SetupError(
            f"medviewer needs Linux with GNU C library 2.34 (Debian 12, Ubuntu 22.04) or newer; this is {version}.",
            EXIT_SYSTEM,
        )
    if sys.platform == "darwin" and platform.machine() != "arm64":
        raise SetupError(
            "medviewer needs a Mac with Apple silicon: PyTorch has no Intel build any more.", EXIT_SYSTEM
        )


# system packages


def missing_packages(libraries: tuple[tuple[str, str], ...]) -> list[str]:
    """The Debian packages whose library cannot be loaded."""
    missing = []
    for library, package in libraries:
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return missing


def apt_install(packages: list[str]) -> bool:
    """Install Debian packages as root or by sudo; False where that is not possible."""
    if not packages:
        return True
    if not shutil.which("apt-get"):
        return False
    prefix = []
    if os.geteuid() != 0:
        if not shutil.which("sudo"):
            return False
        # Nobody can type a password into a script's empty input.
        prefix = ["sudo"] if sys.stdin is not None and sys.stdin.isatty() else ["sudo", "-n"]
    say(f"Installing system packages: {' '.join(packages)}")
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    stdin = None if prefix == ["sudo"] else subprocess.DEVNULL
    subprocess.call([*apt, "update"], stdin=stdin, stdout=subprocess.DEVNULL)
    command = [*apt, "install", "-y", "--no-install-recommends", *packages]
    return subprocess.call(command, stdin=stdin, stdout=subprocess.DEVNULL) == 0


def check_system(command: str, screen_tests: bool) -> None:
    """Install the system's libraries that are missing, or say which; for `screen_tests` a virtual screen too."""
    if not sys.platform.startswith("linux"):
        return
    missing, missing_screen = missing_packages(LIBRARIES), missing_packages(SCREEN_LIBRARIES)
    wanted = missing + missing_screen
    if screen_tests and os.geteuid() == 0 and not shutil.which("xvfb-run"):
        wanted = [*wanted, "xvfb", "xauth"]
    if wanted and not apt_install(wanted):
        say("The system packages could not be installed.")
    missing, missing_screen = missing_packages(LIBRARIES), missing_packages(SCREEN_LIBRARIES)
    if missing or missing_screen:
        packages = " ".join(missing + missing_screen)
        text = (
            f"Libraries of the system are missing. On Debian and Ubuntu this installs them:\n\n"
            f"    sudo apt-get update && sudo apt-get install --no-install-recommends {packages}\n\n"
            "On another Linux install the packages that hold "
            + ", ".join(name for name, package in LIBRARIES + SCREEN_LIBRARIES if package in packages.split())
            + "."
        )
        if missing or command == "run":
            raise SetupError(text, EXIT_SYSTEM)
        say(text)


def suggest_fonts() -> None:
    """Chinese texts are empty boxes without a font for them; that is no reason to stop."""
    if not sys.platform.startswith("linux"):
        return
    if shutil.which("fc-list"):
        command = ["fc-list", ":lang=zh", "family"]
        found = bool(subprocess.run(command, capture_output=True, check=False).stdout.strip())
    else:
        found = any(
            re.search("(?i)cjk|wqy|uming|ukai|han|fallback", path.name) for path in FONTS.rglob("*.[to]t[cf]")
        )
    if not found:
        say("No Chinese font is installed. To see Chinese texts: sudo apt-get install fonts-noto-cjk")


# the environment


def venv_python() -> Path:
    """The interpreter of the environment."""
    return VENV / "Scripts" / "python.exe" if os.name == "nt" else VENV / "bin" / "python"


def has_nvidia() -> bool:
    """Whether an NVIDIA driver is loaded."""
    if Path("/proc/driver/nvidia/version").exists():
        return True
    tool = shutil.which("nvidia-smi")
    return tool is not None and subprocess.run([tool, "-L"], capture_output=True, check=False).returncode == 0


def torch_flavour() -> str:
    """Which build of torch suits this machine: `cpu` (asked for by name) or `default`."""
    return "cpu" if sys.platform.startswith("linux") and not has_nvidia() else "default"


def fingerprint() -> str:
    """What the installed environment depends on; the settings of tools in pyproject.toml are left out."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    parts = [
        json.dumps([project["build-system"], project["project"], project["tool"].get("hatch")], sort_keys=True),
        (ROOT / "packaging" / "constraints.txt").read_text("utf-8"),
        Path(__file__).read_text("utf-8"),
        sys.version,
        torch_flavour(),
        str(ROOT),  # the editable install points here
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def installed_extras(wanted: str) -> set[str]:
    """The extras that the environment holds, if it was made for this `wanted` fingerprint."""
    try:
        stamp = json.loads(STAMP.read_text("utf-8"))
        return set(stamp["extras"]) if stamp["fingerprint"] == wanted and venv_python().exists() else set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def venv_usable() -> bool:
    """Whether `.venv` is a whole environment of this Python version."""
    try:
        settings = (VENV / "pyvenv.cfg").read_text("utf-8")
    except OSError:
        return False
    version = re.search(r"^version\s*=\s*(\d+)\.(\d+)", settings, re.MULTILINE)
    if not version or (int(version[1]), int(version[2])) != sys.version_info[:2]:
        return False
    try:
        probe = [str(venv_python()), "-c", "import pip"]
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def make_venv() -> None:
    """Make `.venv`, and python3-venv before it where Debian left it out."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        package = f"python3.{sys.version_info[1]}-venv"
        if not apt_install([package]):
            raise SetupError(
                f"Python's module venv is missing. On Debian and Ubuntu: sudo apt-get install {package}",
                EXIT_SYSTEM,
            ) from None
    say(f"Making the environment in {VENV.name}")
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SetupError(f"The environment could not be made:\n{done.stdout}{done.stderr}", EXIT_INSTALL)


def pip_install(arguments: list[str], label: str) -> bool:
    """Run pip install quietly; its messages are shown only when it fails."""
    say(label)
    began = time.monotonic()
    pip = [str(venv_python()), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    done = subprocess.run([*pip, *arguments], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        # A package folder configured as an index makes pip warn once a package, and every retry warns too.
        lines = done.stderr.splitlines()
        errors = [line for line in lines if not line.startswith("WARNING:")]
        say("\n".join((errors or lines)[-15:]))
        return False
    say(f"  done in {time.monotonic() - began:.0f} s")
    return True


def install_torch(flavour: str) -> None:
    """Install torch without gigabytes of CUDA where there is no NVIDIA driver."""
    if flavour == "cpu":
        cpu = TORCH + "+cpu"
        if pip_install(["--retries", "0", cpu], "Installing PyTorch (the build for processors)"):
            return
        index = os.environ.get(TORCH_INDEX_VARIABLE, "")
        if index and pip_install(["--extra-index-url", index, cpu], f"  not there; asking {TORCH_INDEX_VARIABLE}"):
            return
        say("The build of PyTorch for processors was not found; the usual one is large (several GB) and works too.")
        say(f"To get the small one, set {TORCH_INDEX_VARIABLE} to the CPU index that PyTorch's site names.")
    if not pip_install([TORCH], "Installing PyTorch"):
        raise SetupError("PyTorch could not be installed; the lines above say why.", EXIT_INSTALL)


def drop_half_installed() -> None:
    """Forget distributions whose install was cut off: pip would take their folder for the whole."""
    for folder in [*VENV.glob("lib/python*/site-packages/*.dist-info"), *VENV.glob("Lib/site-packages/*.dist-info")]:
        if not (folder / "RECORD").exists():
            shutil.rmtree(folder)


def set_up(command: str, extras: set[str]) -> None:
    """Bring system and environment to what pyproject.toml and constraints.txt ask for."""
    check_platform()
    wanted = fingerprint()
    present = installed_extras(wanted)
    extras = {"core", *extras}
    check_system(command, screen_tests="test" in extras - present)
    if extras <= present:
        return
    began = time.monotonic()
    if not venv_usable():
        make_venv()
    elif STARTED.exists():
        say("Taking up a set-up that was cut off")
        drop_half_installed()
    STARTED.touch()
    STAMP.unlink(missing_ok=True)
    if "core" not in present:
        install_torch(torch_flavour())
    union = sorted((extras | present) - {"core"})
    target = f".[{','.join(union)}]" if union else "."
    arguments = ["-e", target, "-c", str(Path("packaging", "constraints.txt"))]
    if not pip_install(arguments, "Installing medviewer and what it needs (about 1 GB the first time)"):
        raise SetupError("The packages could not be installed; the lines above say why.", EXIT_INSTALL)
    half = STAMP.with_suffix(".tmp")
    half.write_text(json.dumps({"fingerprint": wanted, "extras": ["core", *union]}), "utf-8")
    half.replace(STAMP)
    STARTED.unlink(missing_ok=True)
    suggest_fonts()
    say(f"Set up in {time.monotonic() - began:.0f} s")


# commands


def child_environment(**changes: str) -> dict[str, str]:
    """The environment for what is started; without byte code every start is several times slower."""
    environment = dict(os.environ, **changes)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def needs_screen(arguments: list[str]) -> bool:
    """Whether this call opens the window: no argument, or files and options rather than a command."""
    if any(argument in {"-h", "--help", "--version"} for argument in arguments):
        return False
    return not arguments or not re.fullmatch(r"[a-z][a-z-]*", arguments[0]) or Path(arguments[0]).exists()


def has_screen() -> bool:
    """Whether a window can be shown, as far as can be told without trying."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def run(arguments: list[str]) -> int:
    """Open the program, or run one of its commands."""
    if needs_screen(arguments) and not has_screen():
        raise SetupError(
            "There is no screen to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set).\n"
            "Without one you can use the commands, for example\n\n"
            "    python3 packaging/bootstrap.py run probe FILE\n"
            "    python3 packaging/bootstrap.py run --help\n\n"
            "or start the window unseen with QT_QPA_PLATFORM=offscreen, or on a virtual screen with xvfb-run -a.",
            EXIT_DISPLAY,
        )
    set_up("run", set())
    command = [str(venv_python()), "-m", "medviewer", *arguments]
    if os.name != "nt":
        os.execve(command[0], command, child_environment())
    return subprocess.call(command, env=child_environment())


def test(arguments: list[str]) -> int:
    """Run every check and then the tests; with arguments, pytest alone with these."""
    set_up("test", {"test"})
    python = str(venv_python())
    tools = venv_python().parent
    environment = child_environment(PYTHONPATH="", PYTHONHASHSEED="0")
    if arguments:
        return subprocess.call([python, "-m", "pytest", *arguments], cwd=ROOT, env=environment)
    sources = ["medviewer", "packaging", "tests"]
    stages = [
        ("ruff format --check", [python, "-m", "ruff", "format", "--check", *sources]),
        ("ruff check", [python, "-m", "ruff", "check", *sources]),
        ("lint-imports", [str(tools / "lint-imports"), "--no-cache"]),
        ("mypy", [python, "-m", "mypy", "medviewer", "packaging"]),
    ]
    marker = "not perf"
    if uses_screen_tests() and shutil.which("xvfb-run"):
        marker = "not perf and not gl"
        screen = ["xvfb-run", "-a", "-s", "-screen 0 1920x1080x24", python, "-m", "pytest", "-q", "-m", "gl"]
        stages.append(("pytest -m gl on a virtual screen", screen))
    results = []
    for name, command in stages:
        print(f"\n=== {name}", flush=True)
        began = time.monotonic()
        on_screen = name.startswith("pytest")
        code = subprocess.call(
            command, cwd=ROOT, env=dict(environment, QT_QPA_PLATFORM="xcb") if on_screen else environment
        )
        results.append((name, code, time.monotonic() - began))
    print("\n=== checks before the tests")
    for name, code, seconds in results:
        print(f"  {'ok    ' if code == 0 else 'FAILED'}  {name} ({seconds:.1f} s)")
    print("\n=== pytest", flush=True)
    code = subprocess.call([python, "-m", "pytest", "-q", "-m", marker], cwd=ROOT, env=environment)
    return code or int(any(code for _, code, _ in results))


def uses_screen_tests() -> bool:
    """Whether any test asks for a screen with OpenGL."""
    return any("mark.gl" in path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))


def package(arguments: list[str]) -> int:
    """Build the self-contained folder and the installer of this system."""
    set_up("package", {"dist"})
    script = str(ROOT / "packaging" / "build_package.py")
    return subprocess.call([str(venv_python()), script, *arguments], cwd=ROOT, env=child_environment())


def clean(_arguments: list[str]) -> int:
    """Remove what this script and the tools made inside the project."""
    made = [VENV, ROOT / "build", ROOT / "dist"]
    made += [ROOT / f".{tool}_cache" for tool in ("pytest", "mypy", "ruff", "import_linter")]
    made.append(ROOT / ".hypothesis")
    for folder in ("medviewer", "tests", "packaging"):
        made += (ROOT / folder).rglob("__pycache__")
    for path in made:
        shutil.rmtree(path, ignore_errors=True)
    return 0


COMMANDS = {"run": run, "test": test, "package": package, "clean": clean}


def main(arguments: list[str]) -> int:
    """Check Python, then do what was asked for."""
    try:
        check_python()
        if not arguments or arguments[0] not in COMMANDS:
            print(__doc__)
            return 0 if arguments[:1] in (["-h"], ["--help"]) else 64
        return COMMANDS[arguments[0]](arguments[1:])
    except SetupError as problem:
        say(str(problem))
        return problem.code
    except KeyboardInterrupt:
        say("Stopped. The next call goes on from here.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
