import os
import sys
from pathlib import Path

import pytest

from cases.connection import TemporalAway, connect
from cases.readiness import worker_polling
from settings.environment import load
from start.namespace import keep_histories, register_search_attributes
from start.ports import free_ports
from start.temporal_server import TemporalServer, TemporalUnusable, find_temporal, temporal_server
from workflows.runner.search_attributes import SEARCH_ATTRIBUTES

OURS = Path(sys.executable).parent / "temporal"


def program(directory: Path, says: str) -> Path:
    path = directory / "temporal"
    directory.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


NEWER = "temporal version 1.11.0 (Server 1.34.2, UI 2.60.0)"


def without_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "elsewhere" / "python"))


def test_the_pinned_temporal_comes_before_one_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = program(tmp_path, NEWER)
    stranger.write_text(f"{stranger.read_text()}touch {tmp_path}/was-run\n")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")

    assert find_temporal() == OURS
    assert not (tmp_path / "was-run").exists()


def test_where_none_is_installed_with_us_the_path_has_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = program(tmp_path, NEWER)
    without_ours(tmp_path, monkeypatch)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find_temporal() == newer


@pytest.mark.parametrize(
    "says",
    ["temporal version 1.1.0 (Server 1.25.0, UI 2.30.0)", "no version at all", ""],
    ids=["too old", "nonsense", "silent"],
)
def test_an_unusable_temporal_on_the_path_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str
) -> None:
    program(tmp_path, says)
    without_ours(tmp_path, monkeypatch)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")

    with pytest.raises(TemporalUnusable):
        find_temporal()


def test_without_any_temporal_the_error_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = program(tmp_path / "path", "temporal version 1.1.0 (Server 1.25.0, UI 2.30.0)")
    monkeypatch.setenv("PATH", str(old.parent))
    without_ours(tmp_path, monkeypatch)

    with pytest.raises(TemporalUnusable, match=r"1\.32\.0 or newer.*has server 1\.25\.0.*make clean"):
        find_temporal()


def test_a_server_that_ends_at_once_is_reported_with_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = program(tmp_path / "path", "temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)")
    broken.write_text(broken.read_text() + 'test "$1" = --version || { echo disk on fire; exit 3; }\n')
    without_ours(tmp_path, monkeypatch)
    monkeypatch.setenv("PATH", f"{broken.parent}{os.pathsep}/bin")

    with (
        pytest.raises(TemporalUnusable, match=r"ended at once \(exit code 3\)[\s\S]*disk on fire"),
        temporal_server(tmp_path / "home"),
    ):
        pass


async def test_a_namespace_is_made_ready_and_stays_so(tmp_path: Path) -> None:
    with temporal_server(tmp_path) as server:
        client = await connect(load(temporal_address=server.address))
        await keep_histories(client, 90)
        assert await register_search_attributes(client) == []  # the server was started with them
        assert not await worker_polling(client, "guicheng")
    with temporal_server(tmp_path) as server:  # again, on the same file
        client = await connect(load(temporal_address=server.address))
        assert await register_search_attributes(client) == []


async def test_a_missing_search_attribute_is_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with temporal_server(tmp_path) as server:
        client = await connect(load(temporal_address=server.address))
        monkeypatch.setitem(SEARCH_ATTRIBUTES, "Colour", "Keyword")

        assert await register_search_attributes(client) == ["Colour"]
        assert await register_search_attributes(client) == []


async def test_a_server_that_is_not_there_is_reported_with_its_address() -> None:
    (port,) = free_ports(1)

    with pytest.raises(TemporalAway, match=f"127.0.0.1:{port}.*TEMPORAL_ADDRESS"):
        await connect(load(temporal_address=f"127.0.0.1:{port}"))


async def test_a_profile_that_is_not_there_is_reported(tmp_path: Path) -> None:
    from settings.environment import SettingsError

    config = tmp_path / "temporal.toml"
    config.write_text('[profile.other]\naddress = "127.0.0.1:1"\n')

    with pytest.raises(SettingsError, match="profile can't be read"):
        await connect(load(temporal_profile="production", temporal_config_file=str(config)))


async def test_a_profile_names_the_server(tmp_path: Path, temporal_address: str) -> None:
    config = tmp_path / "temporal.toml"
    config.write_text(f'[profile.production]\naddress = "{temporal_address}"\nnamespace = "default"\n')

    client = await connect(load(temporal_profile="production", temporal_config_file=str(config)))

    assert client.namespace == "default"


def test_its_memory_is_bounded_and_what_is_set_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GOGC", raising=False)
    monkeypatch.delenv("GOMEMLIMIT", raising=False)
    ours = TemporalServer(tmp_path, port=1, ui_port=None).child.env
    monkeypatch.setenv("GOGC", "100")
    theirs = TemporalServer(tmp_path, port=1, ui_port=None).child.env

    assert ours is not None
    assert (ours["GOGC"], ours["GOMEMLIMIT"]) == ("300", "512MiB")
    assert theirs is not None
    assert theirs["GOGC"] == "100"
