"""No procedure changes under its running cases: another definition is another version."""

from tests.fingerprints import current, written
from workflows.language.fingerprint import differences


def test_a_changed_definition_has_a_new_version() -> None:
    now, then = current(), written()
    changed = {name: [*differences(then[name], now[name])] for name in now.keys() & then.keys()}
    changed = {name: parts for name, parts in changed.items() if parts}
    assert not changed, (
        "give a procedure a new version, and keep the old file while cases run on it; give an effect that asks or "
        f"tells something else another name: {changed}"
    )


def test_every_version_is_written_down() -> None:
    new = sorted(current().keys() - written().keys())
    assert not new, f"write them down with `make fingerprints`: {new}"


def test_a_version_that_was_written_down_is_still_there() -> None:
    gone = sorted(written().keys() - current().keys())
    assert not gone, f"their file must stay until their cases have ended or been migrated: {gone}"
