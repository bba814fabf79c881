"""What a page in somebody's browser, or a program, can do at the ports of the embedded Temporal server."""

from __future__ import annotations

import re
import sys
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from cases.connection import connect
from settings.environment import load
from start.ports import free_ports
from start.temporal_server import TemporalServer
from tests.api.conftest import until

START = '{"workflowType": {"name": "forged"}, "taskQueue": {"name": "guicheng"}}'
PATHS = ("/namespaces/default/workflows/forged", "/api/v1/namespaces/default/workflows/forged")
HOSTS = ("", "localhost", "*", "/", "evil.example")


class Served:
    def __init__(self, server: TemporalServer, ui_port: int) -> None:
        self.server, self.ui_port = server, ui_port

    def ports(self) -> set[int]:
        """Those at which the server's process listens, on loopback; fails where it listens elsewhere."""
        fds = Path(f"/proc/{self.server.child.pid}/fd")
        inodes = {
            found[1] for fd in fds.iterdir() if (found := re.match(r"socket:\[(\d+)\]", str(fd.readlink())))
        }
        listening = [
            row.split()
            for table in ("tcp", "tcp6")
            for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        ]
        found = [row[1] for row in listening if row[3] == "0A" and row[9] in inodes]
        assert found
        assert {address.split(":")[0] for address in found} == {"0100007F"}
        return {int(address.split(":")[1], 16) for address in found}

    async def workflows(self) -> list[str]:
        client = await connect(load(temporal_address=self.server.address))
        return [run.id async for run in client.list_workflows("WorkflowId = 'forged'")]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    port, ui_port = free_ports(2)
    server = TemporalServer(tmp_path_factory.mktemp("temporal"), port=port, ui_port=ui_port)
    server.start()
    yield Served(server, ui_port)
    server.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells where a process listens")
async def test_no_port_of_the_server_starts_a_workflow_by_http(served: Served) -> None:
    refusals: set[int] = set()
    async with httpx.AsyncClient(timeout=5) as web:
        for port in served.ports():
            for path in PATHS:
                for host in HOSTS:
                    headers = {"Content-Type": "text/plain", "Origin": "http://evil.example", "Host": host}
                    try:
                        answer = await web.post(
                            f"http://127.0.0.1:{port}{path}", content=START, headers=headers
                        )
                    except httpx.HTTPError:  # it doesn't speak HTTP/1
                        continue
                    refusals.add(answer.status_code)
    assert refusals <= {400, 403, 404, 405}
    assert 403 in refusals, "the HTTP API is there, and refuses"
    assert await served.workflows() == []


async def test_the_ui_takes_nothing_from_another_site(served: Served) -> None:
    site = f"http://127.0.0.1:{served.ui_port}"
    async with httpx.AsyncClient(timeout=60) as web:
        page = await web.get(site)
        assert "samesite=strict" in page.headers["set-cookie"].lower()
        assert "access-control-allow-origin" not in page.headers
        for kind in ("text/plain", "application/json", "application/x-www-form-urlencoded"):
            headers = {"Content-Type": kind, "Origin": "http://evil.example"}
            # with the cookie, as a browser that didn't hold it back would: the page can't read it
            answer = await web.post(f"{site}{PATHS[1]}", content=START, headers=headers)
            assert (answer.status_code, "csrf" in answer.text) == (400, True)
        asked = await web.options(
            f"{site}{PATHS[1]}",
            headers={"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"},
        )
        assert "access-control-allow-origin" not in asked.headers

        async def reads() -> bool:
            """It asks Temporal, which may not have got on with it yet."""
            return (await web.get(f"{site}/api/v1/namespaces/default/workflows")).status_code == 200

        await until(reads)
    assert await served.workflows() == []
