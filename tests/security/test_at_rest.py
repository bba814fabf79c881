"""What lies on the disk is its owner's alone: databases, keys, logs, files; also what an older version left open."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from settings.environment import Settings
from start.private import make_private
from tests.start.running import Run, clean_up


@pytest.fixture
def runs() -> Generator[list[Run]]:
    started: list[Run] = []
    yield started
    clean_up(started)


@pytest.fixture
def usual_umask() -> Generator[None]:
    """As a shell has it."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(directory: Path) -> list[str]:
    """What somebody else could read or list there."""
    found = [directory, *directory.rglob("*")]
    return [str(path) for path in found if path.lstat().st_mode & 0o077 and not path.is_symlink()]


@pytest.mark.slow
@pytest.mark.usefixtures("usual_umask")
def test_a_run_leaves_nothing_open_and_closes_what_was(runs: list[Run], own_settings: Settings) -> None:
    home = own_settings.data_dir
    (home / "files" / "ab").mkdir(parents=True)
    (home / "files" / "ab" / "abcd").write_bytes(b"a photo")
    (home / "logs").mkdir()
    (home / "logs" / "api.log").write_text("of before")
    assert open_to_others(home)

    run = Run(own_settings, ["-m", "start.command", "run"])
    runs.append(run)
    said = run.until("could be read by other users")
    assert "its owner's alone now" in said
    run.until("Ctrl-C stops it.")

    assert open_to_others(home) == []
    names = {path.name for path in home.iterdir()}
    assert {"guicheng.db", "temporal.db", "api-key", "signing-key", "logs", "files"} <= names
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


@pytest.mark.usefixtures("usual_umask")
def test_a_preparation_alone_leaves_nothing_open(data_dir: Path) -> None:
    command = [sys.executable, "-m", "start.command", "prepare", "--database"]
    subprocess.run(command, env={**os.environ, "DATA_DIR": str(data_dir)}, check=True)
    assert {"guicheng.db", "api-key"} <= {path.name for path in data_dir.iterdir()}
    assert open_to_others(data_dir) == []


@pytest.mark.usefixtures("usual_umask")
def test_what_is_closed_is_left_and_said_nothing_of(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "deep").mkdir()
    (home / "deep" / "file").write_text("x")
    os.chmod(home / "deep", 0o700)  # noqa: PTH101
    assert make_private(home) == ""
    (home / "new.db").write_text("x")
    assert "1 files and folders" in make_private(home)


@pytest.mark.usefixtures("usual_umask")
def test_nothing_outside_is_touched(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("theirs")
    home = tmp_path / "home"
    home.mkdir()
    (home / "link").symlink_to(outside)
    assert "its owner's alone now" in make_private(home)
    assert stat.S_IMODE(outside.stat().st_mode) == 0o644


@pytest.mark.usefixtures("usual_umask")
def test_a_folder_that_users_share_is_named_and_left(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    assert "shared by users" in make_private(shared)
    assert stat.S_IMODE(shared.stat().st_mode) == 0o1777


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for a process's umask")
@pytest.mark.slow
@pytest.mark.usefixtures("usual_umask")
def test_each_process_of_a_run_makes_private_files(runs: list[Run], own_settings: Settings) -> None:
    run = Run(own_settings, ["-m", "start.command", "run"])
    runs.append(run)
    run.until("Ctrl-C stops it.")
    for pid in run.pids().values():
        status = Path(f"/proc/{pid}/status").read_text("ascii")
        assert "Umask:\t0077" in status
