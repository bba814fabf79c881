from enum import StrEnum

class ReadinessWorker(StrEnum):
    AWAY = "away"
    NONE = "none"
    OK = "ok"

    def __str__(self) -> str:
        return str(self.value)
