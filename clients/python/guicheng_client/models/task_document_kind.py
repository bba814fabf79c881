from enum import StrEnum

class TaskDocumentKind(StrEnum):
    EVENT = "event"
    INCIDENT = "incident"
    STAGE = "stage"

    def __str__(self) -> str:
        return str(self.value)
