"""The processor time of processes."""

import os
import subprocess
import sys
import time

from benchmarks.processor import descendants, used_in_all

_STARTS_ONE = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
_BURNS_IN_ONE = (
    "import subprocess, sys;"
    "subprocess.run([sys.executable, '-c', 'import time\\nwhile time.process_time() < 0.3: pass']);"
    "print('done', flush=True); input()"
)


def test_descendants_are_the_process_and_all_that_it_has_started() -> None:
    with subprocess.Popen([sys.executable, "-c", _STARTS_ONE], stdin=subprocess.PIPE) as started:
        until = time.monotonic() + 30
        while len(found := list(descendants(started.pid))) < 2:
            assert time.monotonic() < until
        assert {process.pid for process in found} > {started.pid}
        assert any(process.command[-1] == "input()" for process in found)
        assert os.getpid() not in {process.pid for process in found}
        started.communicate(b"\n")


def test_what_has_ended_still_counts_to_the_one_that_started_it() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _BURNS_IN_ONE], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as started:
        assert started.stdout
        assert started.stdout.readline() == b"done\n"
        (process,) = descendants(started.pid)
        assert process.of_ended >= 0.25
        assert used_in_all(started.pid) >= process.own + process.of_ended
        started.communicate(b"\n")
