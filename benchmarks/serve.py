"""The processes that are measured: `python -m benchmarks.serve all|worker|api|bare-worker|wrapper [PORT]`."""

from __future__ import annotations

import sys


def _all() -> int:
    from start.run import PROGRAMS, main

    ours = [sys.executable, "-m", "benchmarks.serve"]
    return main({**PROGRAMS, "worker": [*ours, "worker"], "api": [*ours, "api"]})


def _with_the_plain_procedure() -> None:
    from benchmarks.plain import Plain
    from workflows.registry import registry

    registry().add(Plain)


def main(kind: str, port: int) -> None:
    match kind:
        case "all":
            sys.exit(_all())
        case "worker":
            from worker import main as serve

            _with_the_plain_procedure()
            serve([])
        case "api":
            from server import main as serve_api

            _with_the_plain_procedure()
            serve_api([])
        case "bare-worker":
            from benchmarks.bare import carry

            carry()
        case "wrapper":
            from benchmarks.bare import wrap

            wrap(port)
        case _:
            sys.exit(f"no such process: {kind}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
