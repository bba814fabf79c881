from enum import StrEnum

class ReadinessDatabase(StrEnum):
    AWAY = "away"
    FULL = "full"
    OK = "ok"
    UNPREPARED = "unprepared"

    def __str__(self) -> str:
        return str(self.value)
