from enum import StrEnum

class WaitsForDocumentKind(StrEnum):
    CASE = "case"
    CLOCK = "clock"
    CONDITION = "condition"
    EFFECT = "effect"
    INCIDENT = "incident"
    LATE = "late"
    LIMIT = "limit"
    MESSAGE = "message"
    PEOPLE = "people"
    REMINDER = "reminder"
    RULE = "rule"
    SIGNAL = "signal"

    def __str__(self) -> str:
        return str(self.value)
