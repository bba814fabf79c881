from enum import StrEnum

class Verb(StrEnum):
    CLAIM = "claim"
    DO = "do"
    RELEASE = "release"

    def __str__(self) -> str:
        return str(self.value)
