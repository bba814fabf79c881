"""What operations can search cases by in the Temporal UI. Anyone who may look there reads it: nothing personal."""

from typing import Literal

from temporalio.common import SearchAttributeKey

STORE = SearchAttributeKey.for_keyword("Store")
SUBJECT = SearchAttributeKey.for_keyword("Subject")
STAGE = SearchAttributeKey.for_keyword_list("Stage")
ROLE = SearchAttributeKey.for_keyword_list("Role")
PROCEDURE = SearchAttributeKey.for_keyword("Procedure")
PROCEDURE_VERSION = SearchAttributeKey.for_int("ProcedureVersion")
SEARCH_ATTRIBUTES: dict[str, Literal["Keyword", "KeywordList", "Int"]] = {
    STORE.name: "Keyword",
    SUBJECT.name: "Keyword",
    STAGE.name: "KeywordList",
    ROLE.name: "KeywordList",
    PROCEDURE.name: "Keyword",
    PROCEDURE_VERSION.name: "Int",
}
"""All of them, with their kinds, as a namespace must know them."""
