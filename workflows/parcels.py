"""The messages of carriers about a parcel, found by its waybill number."""

from workflows.language.stages import on_message

PARCEL_AT_DEPOT = on_message("carrier.parcel.at_depot", about="waybill_no")
PARCEL_COLLECTED = on_message("carrier.parcel.collected", about="waybill_no")
PARCEL_DELAYED = on_message("carrier.parcel.delayed", about="waybill_no")
PARCEL_DELIVERED = on_message("carrier.parcel.delivered", about="waybill_no")
PARCEL_FOUND = on_message("carrier.parcel.found", about="waybill_no")
PARCEL_LOST = on_message("carrier.parcel.lost", about="waybill_no")
PARCEL_OUT_FOR_DELIVERY = on_message("carrier.parcel.out_for_delivery", about="waybill_no")
PARCEL_RECOVERED = on_message("carrier.parcel.recovered", about="waybill_no")
PARCEL_REFUSED = on_message("carrier.parcel.refused", about="waybill_no")
PARCEL_SCANNED = on_message("carrier.parcel.scanned", about="waybill_no")
PARCEL_SENT_BACK = on_message("carrier.parcel.sent_back", about="waybill_no")
