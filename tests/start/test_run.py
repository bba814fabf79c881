"""The supervisor, as a person meets it: output, exit codes, and which processes live."""

import base64
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path

import httpx
import pytest
from google.protobuf import json_format
from temporalio.api.common.v1 import Payload, Payloads

from cases.codec import EncryptionCodec
from settings.environment import Settings
from settings.keys import EncryptionKey
from start.ports import free_ports, is_free
from start.processes import birth
from tests.start.running import Run, clean_up, eventually, is_gone

STANDIN = Path(__file__).with_name("standin.py")


@pytest.fixture
def start(own_settings: Settings) -> Generator[Callable[..., Run]]:
    """Start a supervisor whose worker and API are stand-ins."""
    started: list[Run] = []

    def begin(fault: str = "", **environment: str) -> Run:
        started.append(Run(own_settings, [STANDIN, *([fault] if fault else [])], **environment))
        return started[-1]

    yield begin
    clean_up(started)


def test_it_starts_says_where_and_stops_in_order(start: Callable[..., Run], own_settings: Settings) -> None:
    run = start()
    run.until("Ctrl-C stops it.")
    pids = run.pids()
    os.killpg(run.process.pid, signal.SIGINT)  # what a terminal does

    code, output = run.ends()

    assert code == 0
    assert f"http://127.0.0.1:{own_settings.port}/docs" in output
    assert f"http://127.0.0.1:{own_settings.temporal_ui_port}" in output
    assert [line for line in output.splitlines() if line.startswith("Stopping the")] == [
        "Stopping the API",
        "Stopping the worker",
        "Stopping the Temporal server",
    ]
    assert "Traceback" not in output
    assert all(is_gone(pid) for pid in pids.values())
    assert not list((run.home / "processes").iterdir())


async def test_with_an_encryption_key_the_ui_has_payloads_decrypted(
    start: Callable[..., Run], own_settings: Settings
) -> None:
    (port,) = free_ports(1)
    key = EncryptionKey("2026", bytes(range(32)))
    written = f"{key.id}:{base64.b64encode(key.key).decode()}"
    run = start(ENCRYPTION_KEY=written, TEMPORAL_CODEC_PORT=str(port))
    run.until("Ctrl-C stops it.")
    ui = f"http://127.0.0.1:{own_settings.temporal_ui_port}"
    plain = Payload(metadata={"encoding": b"json/plain"}, data=b'"what a person answered"')
    (sealed,) = await EncryptionCodec([key]).encode([plain])
    question = json_format.MessageToJson(Payloads(payloads=[sealed]))

    eventually(lambda: not is_free("127.0.0.1", port))
    asked = {"Origin": ui, "Content-Type": "application/json"}
    async with httpx.AsyncClient(timeout=60) as web:
        told = (await web.get(f"{ui}/api/v1/settings")).json()
        answer = await web.post(f"http://127.0.0.1:{port}/decode", content=question, headers=asked)
    assert told["Codec"]["Endpoint"] == f"http://127.0.0.1:{port}"
    assert json_format.Parse(answer.text, Payloads()).payloads[0] == plain
    codec = run.pid_of("codec")
    os.killpg(run.process.pid, signal.SIGINT)

    code, output = run.ends()
    assert code == 0
    assert "Stopping the codec server\nStopping the Temporal server\n" in output
    assert is_gone(codec)
    assert written not in output


def test_a_child_that_ends_is_started_again(start: Callable[..., Run]) -> None:
    run = start()
    run.until("Ctrl-C stops it.")
    before = run.pids()
    os.kill(before["worker"], signal.SIGKILL)
    os.kill(before["temporal"], signal.SIGKILL)

    run.until("The Temporal server ended (by SIGKILL)")
    eventually(
        lambda: before["worker"] != run.pid_of("worker") and before["temporal"] != run.pid_of("temporal")
    )
    run.process.send_signal(signal.SIGTERM)

    code, output = run.ends()
    assert code == 0
    assert "The worker ended (by SIGKILL)" in output


def test_its_own_death_takes_its_children_along(start: Callable[..., Run]) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux tells a child of its parent's death")
    run = start()
    run.until("Ctrl-C stops it.")
    pids = run.pids()

    run.process.kill()

    for pid in pids.values():
        eventually(lambda pid=pid: is_gone(pid))


def test_it_starts_again_after_everything_was_killed(start: Callable[..., Run]) -> None:
    run = start()
    run.until("Ctrl-C stops it.")
    run.kill_everything()

    again = start()
    again.until("Ctrl-C stops it.")

    with sqlite3.connect(run.home / "temporal.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


def test_what_an_earlier_run_left_is_stopped_first(start: Callable[..., Run], own_settings: Settings) -> None:
    orphan = subprocess.Popen(
        [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(own_settings.port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    records = own_settings.data_dir / "processes"
    records.mkdir(parents=True)
    (records / "api.json").write_text(json.dumps({"pid": orphan.pid, "born": birth(orphan.pid)}))

    run = start()
    run.until("Ctrl-C stops it.")

    assert orphan.wait(10) == -signal.SIGTERM
    assert f"Stopped the API that an earlier run left behind (process {orphan.pid})\n" in run.lines


def test_a_stranger_with_a_recorded_pid_is_left_alone(
    start: Callable[..., Run], own_settings: Settings
) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    records = own_settings.data_dir / "processes"
    records.mkdir(parents=True)
    (records / "worker.json").write_text(json.dumps({"pid": stranger.pid, "born": "another boot/1"}))

    run = start()
    run.until("Ctrl-C stops it.")

    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_second_ctrl_c_kills(start: Callable[..., Run]) -> None:
    run = start("stubborn worker")
    run.until("Ctrl-C stops it.")
    run.process.send_signal(signal.SIGINT)
    run.until("Stopping the worker")
    run.process.send_signal(signal.SIGINT)

    code, output = run.ends()

    assert code == 0
    assert "was killed" not in output  # it didn't wait for the grace to pass


def test_two_runs_of_one_directory_refuse(start: Callable[..., Run]) -> None:
    first = start()
    first.until("Ctrl-C stops it.")

    code, output = start().ends()

    assert code == 1
    assert f"already runs on {first.home} (process {first.process.pid})" in output
    assert "Traceback" not in output
    assert first.process.poll() is None


def test_a_port_in_use_is_reported(start: Callable[..., Run], own_settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", own_settings.port)):
        code, output = start().ends()

    assert code == 1
    assert f"Port {own_settings.port} (PORT)" in output
    assert "make run PORT=" in output
    assert "Traceback" not in output


@pytest.mark.parametrize("name", ["temporal.db", "guicheng.db"])
def test_a_locked_database_is_reported(start: Callable[..., Run], data_dir: Path, name: str) -> None:
    data_dir.mkdir()
    holder = sqlite3.connect(data_dir / name, isolation_level=None)
    holder.execute("CREATE TABLE t (x)")
    holder.execute("BEGIN EXCLUSIVE")

    code, output = start().ends()
    holder.close()

    assert code == 1
    assert f"{name} can't be written (database is locked). Close the program" in output
    assert "Traceback" not in output


def test_a_ruined_database_is_reported(start: Callable[..., Run], data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "guicheng.db").write_bytes(b"no database " * 1000)

    code, output = start().ends()

    assert code == 1
    assert "is not a usable SQLite database" in output


def test_a_directory_that_cannot_be_written_is_reported(start: Callable[..., Run], data_dir: Path) -> None:
    data_dir.write_text("a file where the directory should be")

    code, output = start().ends()

    assert code == 1
    assert "can't be written" in output
    assert "DATA_DIR=" in output


def test_a_file_in_the_way_of_the_directory_is_reported(start: Callable[..., Run], data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "logs").write_text("root can write everywhere, but not make a directory of a file")

    code, output = start().ends()

    assert code == 1
    assert f"{data_dir / 'logs'} can't be used (File exists)." in output
    assert "Traceback" not in output


def test_an_address_of_another_machine_is_reported(start: Callable[..., Run]) -> None:
    code, output = start(HOST="192.0.2.1").ends()

    assert code == 1
    assert "HOST 192.0.2.1 is no address of this machine" in output


def test_a_bad_setting_is_reported(start: Callable[..., Run]) -> None:
    code, output = start(STORE_TIMEZONE="Mars/Olympus").ends()

    assert code == 2
    assert output == "STORE_TIMEZONE: write a time zone like Asia/Shanghai (it is 'Mars/Olympus').\n"


def test_a_failing_preparation_is_reported_and_all_is_stopped(start: Callable[..., Run]) -> None:
    run = start("failing preparation")

    code, output = run.ends()

    assert code == 1
    assert "Preparing the database failed: the database was busy" in output
    assert "Starting Temporal" not in output


def test_a_process_that_keeps_ending_is_reported_with_its_log(start: Callable[..., Run]) -> None:
    code, output = start("ending worker").ends()

    assert code == 1
    assert "The worker ended (exit code 1)" in output
    assert "which ends: no such table: cases" in output
    assert "The worker keeps ending" in output
    assert "no such table: cases" in output


def test_a_start_that_does_not_get_on_says_what_it_waited_for(start: Callable[..., Run]) -> None:
    code, said = start("idle worker").ends()

    assert code == 1
    assert "\nWaiting for the worker to ask for work\n" in said
    assert (
        "Not ready: waited for the worker to ask for work, and nothing has moved for 3 s.\nThe end of" in said
    )


def test_a_preparation_that_does_not_get_on_is_given_up_with_its_log(start: Callable[..., Run]) -> None:
    code, said = start("idle preparation").ends()

    assert code == 1
    assert "waited for the database to be prepared, and nothing has moved for 3 s" in said
    assert "another program holds the database" in said
    assert "Traceback" not in said


def test_a_preparation_that_gets_on_is_waited_for(start: Callable[..., Run]) -> None:
    run = start("slow preparation")

    run.until("Ctrl-C stops it.")  # it takes longer than the patience, and says something meanwhile


def test_an_external_server_is_not_started(start: Callable[..., Run], temporal_address: str) -> None:
    run = start(TEMPORAL_ADDRESS=temporal_address)
    run.until("Ctrl-C stops it.")

    assert not (run.home / "processes" / "temporal.json").exists()
    assert "Temporal UI" not in "".join(run.lines)
