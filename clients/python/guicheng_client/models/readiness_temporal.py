from enum import StrEnum

class ReadinessTemporal(StrEnum):
    AWAY = "away"
    OK = "ok"

    def __str__(self) -> str:
        return str(self.value)
