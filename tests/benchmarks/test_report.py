"""What is printed last."""

import json

import pytest

from benchmarks.report import print_figures, print_json


def test_figures_of_one_commit_are_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"here": {"p50_ms": 80.5, "events_plain": 38}})
    assert json.loads(capsys.readouterr().out) == {"p50_ms": 80.5, "events_plain": 38}


def test_figures_of_two_commits_have_their_ratios(capsys: pytest.CaptureFixture[str]) -> None:
    found = {"here": {"cpu_ms_order": 600.0}, "9d22f8d": {"cpu_ms_order": 1200.0}}
    print_figures(found)
    print_json(found)
    *table, last = capsys.readouterr().out.splitlines()
    assert table[-1].split() == ["cpu_ms_order", "600", "1200", "0.50"]
    assert json.loads(last) == {**found, "ratios": {"cpu_ms_order": 0.5}}
