from enum import StrEnum

class ResolutionDo(StrEnum):
    DONE = "done"
    OTHERWISE = "otherwise"
    RETRY = "retry"

    def __str__(self) -> str:
        return str(self.value)
