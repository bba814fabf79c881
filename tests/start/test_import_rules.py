from grimp import ImportGraph

from development.import_rules import OnlyContract


def contract() -> OnlyContract:
    return OnlyContract(
        name="procedures",
        session_options={},
        contract_options={"source_package": "procedures", "allowed_modules": ["words"]},
    )


def graph(*imports: tuple[str, str]) -> ImportGraph:
    made = ImportGraph()
    made.add_module("procedures")
    for importer, imported in imports:
        made.add_import(importer=importer, imported=imported)
    return made


def test_allowed_imports_are_kept() -> None:
    checked = contract().check(
        graph(("procedures.returns", "words.roles"), ("procedures.orders", "words"), ("elsewhere", "time")),
        False,
    )

    assert checked.kept


def test_any_other_import_is_named() -> None:
    checked = contract().check(
        graph(
            ("procedures.returns", "time"), ("procedures.orders", "wordsmith"), ("procedures.orders", "words")
        ),
        False,
    )

    assert checked.metadata["wrong"] == [
        "procedures.orders imports wordsmith",
        "procedures.returns imports time",
    ]
    assert not checked.kept
