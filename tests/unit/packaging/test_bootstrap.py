"""The set-up script: what it decides, what it runs, and that an interrupted set-up is taken up."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "packaging" / "bootstrap.py"


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, pointed at a small project of its own."""
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "packaging").mkdir()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copy(ROOT / "packaging" / "constraints.txt", tmp_path / "packaging")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / "medviewer-setup.json")
    monkeypatch.setattr(module, "STARTED", tmp_path / ".venv" / "medviewer-setup-started")
    monkeypatch.setattr(module, "torch_flavour", lambda: "cpu")
    return module


@pytest.fixture
def pip(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Record the calls of pip and make an environment that looks whole, without the network."""
    calls: list[list[str]] = []

    def install(arguments: list[str], _label: str) -> bool:
        calls.append(arguments)
        return True

    def make_venv() -> None:
        bootstrap.venv_python().parent.mkdir(parents=True)
        bootstrap.venv_python().touch()

    monkeypatch.setattr(bootstrap, "pip_install", install)
    monkeypatch.setattr(bootstrap, "make_venv", make_venv)
    monkeypatch.setattr(bootstrap, "check_system", lambda _command, screen_tests: None)
    monkeypatch.setattr(bootstrap, "suggest_fonts", lambda: None)
    return calls


def test_first_setup_installs_torch_then_the_program_and_the_second_nothing(
    bootstrap: ModuleType, pip: list[list[str]]
) -> None:
    bootstrap.set_up("run", set())
    assert [call[-1] for call in pip[:1]] == ["torch==2.13.0+cpu"]
    assert pip[1][:2] == ["-e", "."]
    assert len(pip) == 2
    bootstrap.set_up("run", set())
    assert len(pip) == 2


def test_test_after_run_adds_its_extra_without_torch_and_run_after_test_is_free(
    bootstrap: ModuleType, pip: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "venv_usable", lambda: bootstrap.venv_python().exists())
    bootstrap.set_up("run", set())
    bootstrap.set_up("test", {"test"})
    assert pip[2:] == [["-e", ".[test]", "-c", str(Path("packaging", "constraints.txt"))]]
    bootstrap.set_up("run", set())
    bootstrap.set_up("package", {"dist"})
    assert pip[3][1] == ".[dist,test]"
    assert len(pip) == 4


def test_interrupted_setup_is_taken_up_and_half_installed_distributions_are_dropped(
    bootstrap: ModuleType, pip: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "venv_usable", lambda: bootstrap.venv_python().exists())

    def cut_off(_arguments: list[str], _label: str) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(bootstrap, "pip_install", cut_off)
        with pytest.raises(KeyboardInterrupt):
            bootstrap.set_up("run", set())
    packages = bootstrap.VENV / "lib" / "python3.11" / "site-packages"
    half, whole = packages / "torch-2.13.0.dist-info", packages / "numpy-2.4.6.dist-info"
    for folder in (half, whole):
        folder.mkdir(parents=True)
    (whole / "RECORD").touch()
    bootstrap.set_up("run", set())
    assert not half.exists()
    assert whole.exists()
    assert len(pip) == 2
    assert not bootstrap.STARTED.exists()


def test_fingerprint_follows_what_is_installed_and_not_the_settings_of_tools(bootstrap: ModuleType) -> None:
    project = bootstrap.ROOT / "pyproject.toml"
    text = project.read_text("utf-8")
    before = bootstrap.fingerprint()
    project.write_text(text.replace("[tool.ruff]", "[tool.ruff]\nfix = false"), "utf-8")
    assert bootstrap.fingerprint() == before
    project.write_text(text.replace('"numpy>=2.1,<3"', '"numpy>=2.2,<3"'), "utf-8")
    assert bootstrap.fingerprint() != before
    project.write_text(text, "utf-8")
    constraints = bootstrap.ROOT / "packaging" / "constraints.txt"
    constraints.write_text(constraints.read_text("utf-8") + "six==1.0\n", "utf-8")
    assert bootstrap.fingerprint() != before


@pytest.mark.parametrize("content", ["", "{", "[]", '{"fingerprint": "x"}', '{"fingerprint": "other", "extras": []}'])
def test_a_damaged_or_foreign_stamp_means_nothing_is_installed(bootstrap: ModuleType, content: str) -> None:
    bootstrap.venv_python().parent.mkdir(parents=True)
    bootstrap.venv_python().touch()
    bootstrap.STAMP.write_text(content, "utf-8")
    assert bootstrap.installed_extras("x") == set()
    bootstrap.STAMP.write_text(json.dumps({"fingerprint": "x", "extras": ["core"]}), "utf-8")
    assert bootstrap.installed_extras("x") == {"core"}


def test_torch_falls_back_from_the_configured_sources_to_its_own_index_to_the_large_build(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "pip_install", lambda arguments, _label: asked.append(arguments))
    monkeypatch.delenv(bootstrap.TORCH_INDEX_VARIABLE, raising=False)
    with pytest.raises(bootstrap.SetupError):
        bootstrap.install_torch("cpu")
    assert [call[-1] for call in asked] == ["torch==2.13.0+cpu", "torch==2.13.0"]
    asked.clear()
    monkeypatch.setenv(bootstrap.TORCH_INDEX_VARIABLE, "https://index.example/cpu")
    with pytest.raises(bootstrap.SetupError):
        bootstrap.install_torch("cpu")
    assert [call[-1] for call in asked] == ["torch==2.13.0+cpu", "torch==2.13.0+cpu", "torch==2.13.0"]
    assert "--extra-index-url" not in asked[0]
    assert asked[1][:2] == ["--extra-index-url", "https://index.example/cpu"]
    asked.clear()
    with pytest.raises(bootstrap.SetupError):
        bootstrap.install_torch("default")
    assert asked == [["torch==2.13.0"]]


def test_the_torch_it_installs_is_the_one_that_the_project_asks_for(bootstrap: ModuleType) -> None:
    assert f'"{bootstrap.TORCH}"' in (ROOT / "pyproject.toml").read_text("utf-8")
    assert not (ROOT / "packaging" / "constraints.txt").read_text("utf-8").count("torch==")


def test_missing_libraries_are_found_by_loading_them(bootstrap: ModuleType) -> None:
    libraries = (("libc.so.6", "libc6"), ("libmedviewer-does-not-exist.so.0", "libnothing0"))
    assert bootstrap.missing_packages(libraries) == ["libnothing0"]


def test_missing_libraries_that_cannot_be_installed_are_told_with_the_command(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "LIBRARIES", (("libmedviewer-nothing.so.0", "libnothing0"),))
    monkeypatch.setattr(bootstrap, "apt_install", lambda _packages: False)
    with pytest.raises(bootstrap.SetupError, match=r"--no-install-recommends libnothing0\n") as caught:
        bootstrap.check_system("test", screen_tests=False)
    assert caught.value.code == bootstrap.EXIT_SYSTEM
    assert "libmedviewer-nothing.so.0" in str(caught.value)


def test_apt_is_not_asked_without_root_and_sudo(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None if name == "sudo" else f"/usr/bin/{name}")
    monkeypatch.setattr(bootstrap.subprocess, "call", lambda *_a, **_k: pytest.fail("nothing may be run"))
    assert not bootstrap.apt_install(["libgl1"])
    assert bootstrap.apt_install([])


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        ([], True),
        (["--data-dir", "/x"], True),
        ([str(ROOT)], True),
        (["scan.dcm"], True),
        (["probe", "scan.dcm"], False),
        (["check-catalog", "x"], False),
        (["--help"], False),
        (["--version"], False),
    ],
)
def test_only_calls_that_open_the_window_need_a_screen(
    bootstrap: ModuleType, arguments: list[str], needed: bool
) -> None:
    assert bootstrap.needs_screen(arguments) is needed


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a screen")
def test_run_without_a_screen_says_what_can_be_done_before_anything_is_installed(
    bootstrap: ModuleType, pip: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert bootstrap.main(["run"]) == bootstrap.EXIT_DISPLAY
    told = capsys.readouterr().err
    assert "run probe FILE" in told
    assert "QT_QPA_PLATFORM=offscreen" in told
    assert pip == []


def test_a_python_that_cannot_be_used_is_told_in_a_sentence(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 1, "final", 0))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _name: None)
    assert bootstrap.main(["run"]) == bootstrap.EXIT_PYTHON
    told = capsys.readouterr().err
    assert told.startswith("medviewer needs Python 3.11, 3.12 or 3.13")
    assert "Traceback" not in told


def test_the_script_can_be_read_by_older_pythons_and_needs_no_package() -> None:
    code = compile(SCRIPT.read_text("utf-8"), str(SCRIPT), "exec", dont_inherit=True)
    assert code.co_filename
    done = subprocess.run([sys.executable, "-I", "-S", str(SCRIPT), "--help"], capture_output=True, text=True)
    assert done.returncode == 0
    assert "bootstrap.py test" in done.stdout
    import ast

    ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 7))


def test_all_stages_run_pytest_is_last_and_one_failure_fails_the_whole(
    bootstrap: ModuleType, pip: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands: list[list[str]] = []

    def call(command: list[str], **_options: object) -> int:
        commands.append(command)
        return int("mypy" in command)

    monkeypatch.setattr(bootstrap.subprocess, "call", call)
    assert bootstrap.test([]) == 1
    words = [" ".join(command) for command in commands]
    for number, stage in enumerate(["ruff format --check", "ruff check", "lint-imports", "mypy"]):
        assert stage in words[number]
    assert "-m pytest" in words[-1]
    assert "FAILED  mypy" in capsys.readouterr().out


def test_arguments_of_test_go_to_pytest_alone(
    bootstrap: ModuleType, pip: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(bootstrap.subprocess, "call", lambda command, **_options: commands.append(command) or 3)
    assert bootstrap.test(["-m", "perf"]) == 3
    assert [command[1:] for command in commands] == [["-m", "pytest", "-m", "perf"]]


def test_clean_removes_what_was_made_and_nothing_else(bootstrap: ModuleType) -> None:
    for folder in (".venv/bin", "build", "dist", ".mypy_cache", "medviewer/core/__pycache__", "resources"):
        (bootstrap.ROOT / folder).mkdir(parents=True)
    assert bootstrap.main(["clean"]) == 0
    left = sorted(path.relative_to(bootstrap.ROOT).as_posix() for path in bootstrap.ROOT.rglob("*"))
    assert left == [
        "medviewer",
        "medviewer/core",
        "packaging",
        "packaging/constraints.txt",
        "pyproject.toml",
        "resources",
    ]


def test_constraints_name_exact_versions_within_the_ranges_of_the_project() -> None:
    import tomllib

    from packaging.requirements import Requirement

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lines = (ROOT / "packaging" / "constraints.txt").read_text("utf-8").splitlines()
    pinned = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    wanted = list(project["project"]["dependencies"])
    for extra in project["project"]["optional-dependencies"].values():
        wanted += extra
    for line in wanted:
        requirement = Requirement(line)
        name = requirement.name.lower().replace("_", "-")
        if name != "torch":
            assert requirement.specifier.contains(pinned[name]), line
