from enum import StrEnum

class CaseLineState(StrEnum):
    CLOSED = "closed"
    INCIDENT = "incident"
    OPEN = "open"

    def __str__(self) -> str:
        return str(self.value)
