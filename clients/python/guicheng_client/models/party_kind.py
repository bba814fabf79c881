from enum import StrEnum

class PartyKind(StrEnum):
    BUYER = "buyer"
    CUSTOMER = "customer"
    DISTRIBUTOR = "distributor"
    PERSON = "person"
    SELLER = "seller"
    SUPPLIER = "supplier"

    def __str__(self) -> str:
        return str(self.value)
