"""Every register that the store keeps, and who reads it. What nobody reads isn't kept: a case's history has it."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

REGISTERS: dict[str, tuple[str, ...]] = {
    "appraisal_entries": ("registers",),
    "appraisals": ("registers",),
    "assets": ("lookups",),
    "carrier_grades": ("carriers",),
    "certificates": ("people",),
    "complaint_causes": ("registers",),
    "consents": ("audiences",),
    "customer_scripts": ("lookups",),
    "faq": ("registers", "lookups"),
    "inquiries": ("lookups",),
    "lessons": ("registers",),
    "level_prices": ("catalogue",),
    "price_breaches": ("figures",),
    "procedure_versions": ("registers",),
    "review_causes": ("registers",),
    "root_causes": ("registers",),
    "sales_targets": ("figures",),
    "satisfaction_scores": ("figures",),
    "service_policies": ("compensation",),
    "service_quality": ("figures",),
    "shipping_rules": ("carriers",),
    "shops": ("lookups",),
    "site_versions": ("registers",),
    "supplier_claims": ("figures",),
    "supplier_faults": ("figures",),
    "targets": ("registers",),
    "visitors": ("figures",),
}
"""By register, the subjects of the books whose code reads it; `lookups` are the choices that forms offer."""


def _is_kept(book: str) -> str:
    if book not in REGISTERS:
        raise ValueError(
            f"there is no register {book}: name it in activities/registers/catalogue.py with who reads it, or leave "
            "it to the case's history"
        )
    return book


RegisterKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$"), AfterValidator(_is_kept)]
"""`visitors`, `service_policies`."""
