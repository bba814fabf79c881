"""No procedure changes under its running cases: another definition is another version."""

from tests.fingerprints import current, written


def test_a_changed_definition_has_a_new_version() -> None:
    now, then = current(), written()
    changed = sorted(name for name in now.keys() & then.keys() if now[name] != then[name])
    assert not changed, f"give these a new version, and keep the old file while cases run on it: {changed}"


def test_every_version_is_written_down() -> None:
    new = sorted(current().keys() - written().keys())
    assert not new, f"write them down with `make fingerprints`: {new}"


def test_a_version_that_was_written_down_is_still_there() -> None:
    gone = sorted(written().keys() - current().keys())
    assert not gone, f"their file must stay until their cases have ended or been migrated: {gone}"
