from enum import StrEnum

class FoundThingKind(StrEnum):
    BIN = "bin"
    CASE = "case"
    COMMAND = "command"
    ORDER = "order"
    PERSON = "person"
    PRODUCT = "product"
    WAYBILL = "waybill"

    def __str__(self) -> str:
        return str(self.value)
