"""Ports of this machine."""

import itertools
import secrets
import socket
import threading


def is_free(host: str, port: int) -> bool:
    """Whether one could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # as servers do: a connection that lingers after its end is no obstacle
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def is_ours(host: str) -> bool:
    """Whether it is an address of this machine: one could listen at some port of it."""
    return is_free(host, 0)


def free_ports(count: int) -> list[int]:
    """Ports on loopback that nobody listens on at the moment. No call in this process gives one of them again."""
    with _turn:
        return list(itertools.islice((port for port in _walk if is_free("127.0.0.1", port)), count))


_NOBODYS = range(10_000, 32_768)
"""The system gives these to nobody who asks for any port, so that they are still free a little later."""
_first = secrets.randbelow(len(_NOBODYS))
_walk = itertools.cycle((*_NOBODYS[_first:], *_NOBODYS[:_first]))
_turn = threading.Lock()
