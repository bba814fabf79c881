import os
import shutil
import socket
from pathlib import Path
from typing import NamedTuple

import pytest

from settings.environment import load
from start.checks import CannotStart, ports_free, sole_use, usable_directory
from start.ports import free_ports


class Usage(NamedTuple):
    free: int


def nearly_full(_path: Path) -> Usage:
    return Usage(free=1000)


def test_a_directory_is_made_and_left_as_it_was(data_dir: Path) -> None:
    usable_directory(data_dir / "deep")

    assert list((data_dir / "deep").iterdir()) == []


def test_a_full_disk_is_reported(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", nearly_full)

    with pytest.raises(CannotStart, match="less than 100 MB left"):
        usable_directory(data_dir)


def test_a_lock_ends_with_its_holder(tmp_path: Path) -> None:
    refused = pytest.raises(CannotStart, match=rf"already runs on .* \(process {os.getpid()}\)")
    with sole_use(tmp_path), refused:
        sole_use(tmp_path)
    sole_use(tmp_path).close()


def test_a_port_in_use_is_reported_with_the_variable_that_moves_it() -> None:
    ours, temporal, ui = free_ports(3)
    chosen = load(port=ours, temporal_port=temporal, temporal_ui_port=ui)
    refusal = pytest.raises(
        CannotStart, match=rf"\(TEMPORAL_PORT\).*make run TEMPORAL_PORT={temporal + 100}$"
    )
    with socket.create_server(("127.0.0.1", temporal)), refusal:
        ports_free(chosen)
