from enum import StrEnum

class ListTasksSort(StrEnum):
    DUE = "due"
    ENTERED = "entered"

    def __str__(self) -> str:
        return str(self.value)
