from enum import StrEnum

class Disposition(StrEnum):
    DEFECTIVE = "defective"
    NOT_TAKEN = "not_taken"
    QUARANTINE = "quarantine"
    REPAIR = "repair"
    SCRAP = "scrap"
    SECONDS = "seconds"
    SELLABLE = "sellable"
    SUPPLIER_RETURN = "supplier_return"

    def __str__(self) -> str:
        return str(self.value)
