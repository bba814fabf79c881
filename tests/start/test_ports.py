"""Ports for processes that begin to listen a little later."""

import socket

from start.ports import free_ports, is_free


def test_no_port_is_given_twice() -> None:
    given = [port for _ in range(20) for port in free_ports(3)]
    assert len(set(given)) == 60


def test_the_system_gives_them_to_nobody_else() -> None:
    asked = [socket.socket() for _ in range(20)]
    for one in asked:
        one.bind(("127.0.0.1", 0))
    assert min(one.getsockname()[1] for one in asked) > max(free_ports(3))
    for one in asked:
        one.close()


def test_one_where_somebody_listens_is_passed_over() -> None:
    (port,) = free_ports(1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port + 1))
        taken.listen()
        assert not is_free("127.0.0.1", port + 1)
        assert free_ports(1) != [port + 1]
