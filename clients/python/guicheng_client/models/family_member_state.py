from enum import StrEnum

class FamilyMemberState(StrEnum):
    CLOSED = "closed"
    INCIDENT = "incident"
    OPEN = "open"

    def __str__(self) -> str:
        return str(self.value)
