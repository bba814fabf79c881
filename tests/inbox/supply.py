"""The store's supply: what others do while somebody sits before a page, each role under a key of its own."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.inbox.shop import STORE, Json, Shop, until

COST = "80.00"
ORDERED = 40
BINS = ("A-01", "A-02", "C-01", "C-02", "C-03")
_SEEN = "file:seen"
_NOT_YET = {"refused", "not_possible_now", "moved_on"}


def today() -> date:
    """In the store."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


class Supply:
    """Goods of its own, and the people who buy them, take them in and count them."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self._keys: dict[str, dict[str, str]] = {}

    # --- goods

    async def goods(self, title: str, bin_: str, qty: int = 0) -> str:
        """New goods in the catalogue, so many of them in this bin; their SKU."""
        sku = self.shop.number("SKU")
        product = {"sku": sku, "title": title, "price": {"amount": "168.00"}}
        await self.shop.post("/books/products", {"store": STORE, "products": [product]})
        places = [{"bin": one, "place": place} for place, one in enumerate(BINS)]
        await self.shop.post("/books/bins", {"store": STORE, "location": "main", "bins": places})
        if qty:
            lines = [{"sku": sku, "qty": qty, "bin": bin_}]
            await self.shop.post("/books/stock", {"store": STORE, "reference": f"IN-{sku}", "lines": lines})
        return sku

    async def in_bins(self, sku: str) -> Json:
        """What the stock's book has of these goods."""
        (row,) = (await self.shop.get("/books/stock", store=STORE, sku=sku))["items"]
        return row

    # --- people

    async def act(self, role: str, case: str, action: str, **answers: Any) -> None:
        """Somebody of this role does it, as soon as the case takes it; what they don't say is as it is proposed."""
        key, http, path = await self._key_of(role), self.shop.http, f"/cases/{case}/actions/{action}"
        said = ""

        async def is_taken() -> bool:
            nonlocal said
            answer = await http.get(path, headers=key)
            if answer.status_code == 200:
                form = {**answer.json()["values"], **answers}
                answer = await http.post(path, json={"form": form}, headers=key)
            said = "" if answer.status_code < 300 else answer.text
            # what somebody has sent from a page can be taken back for some seconds: the case waits for it
            assert not said or answer.json()["code"] in _NOT_YET, f"{case} {action}: {said}"
            return answer.status_code in (200, 201)

        try:
            await until(is_taken, "")
        except AssertionError as error:
            raise AssertionError(f"{case} doesn't take {action}: {said or error}") from None

    async def colleague(self, role: str) -> str:
        """Somebody of this role, the same one for whoever asks again; their account."""
        return (await self.shop.staff(role)).id

    async def _key_of(self, role: str) -> dict[str, str]:
        if role not in self._keys:
            whose = {"account": await self.colleague(role), "name": self.shop.number("key")}
            self._keys[role] = {"Authorization": f"Bearer {(await self.shop.post('/keys', whose))['key']}"}
        return self._keys[role]

    async def start(self, role: str, procedure: str, event: str, **answers: Any) -> str:
        """A new case; its id."""
        body = {"store": STORE, "subject": self.shop.number("N"), "event": event, "data": answers}
        path, key = f"/procedures/{procedure}/cases", await self._key_of(role)
        answer = await self.shop.http.post(path, json=body, headers=key)
        assert answer.status_code < 300, f"{procedure}: {answer.text}"
        return str(answer.json()["id"])

    async def child(self, case: str, procedure: str) -> str:
        """The newest case of this procedure that the case has opened."""
        found: list[str] = []

        async def is_there() -> bool:
            links = (await self.shop.get(f"/cases/{case}"))["links"]
            found[:] = [one["case"] for one in links if one["case"].startswith(f"{procedure}:")]
            return bool(found) and (await self.shop.http.get(f"/cases/{found[-1]}")).status_code == 200

        await until(is_there, f"{case} opens no {procedure}")
        return found[-1]

    # --- a purchase

    async def supplier(self) -> str:
        """A supplier from which goods may be bought."""
        about = {"source_kind": "brand", "company": "狮峰茶业", "credit_code": self._credit_code()}
        about |= {"contact": "王芳", "phone": "13812340009"}
        case = await self.start("purchasing", "supplier_onboarding", "apply", **about, categories=["茶叶"])
        end = (today() + timedelta(days=365)).isoformat()
        papers = {"licence": _SEEN, "licence_valid_to": end}
        await self.act("purchasing", case, "check_documents", **papers)
        await self.act("purchasing", case, "documents_ok", **papers)
        await self.act("qc", case, "sample_ok", result="香气纯正")
        terms = {"price_list": _SEEN, "lead_days": 5, "payment_terms": "30d", "return_terms": "七天"}
        await self.act("purchasing", case, "negotiate", **terms)
        await self.act("ops_specialist", case, "score", quality=90, price=80, delivery=85, service=90)
        await self.act("ops_manager", case, "approve", note="可以")
        await self.act("purchasing", case, "agree", signer="王芳", signed_file=_SEEN, channel="email")
        await self.act("finance", case, "sign", valid_to=end, finance_checked=True)
        await self.shop.reaches(case, "active")
        return case.rpartition(":")[2]

    async def approved(self, case: str) -> None:
        """The general manager approves what purchasing has submitted."""
        await self.act("gm", case, "approve", note="可以")

    async def ordered(self, case: str) -> None:
        """Finance audits the contract, and both sides sign it."""
        await self.act("finance", case, "audit_contract")
        contract = await self.child(case, "b2b_contract")
        await self.reviewed(contract)
        await self.act("finance", contract, "finance_ok", note="可以")
        await self.signed(contract)
        await self.shop.reaches(case, "ordered")

    async def reviewed(self, contract: str) -> None:
        """Purchasing submits it, and operations has no objection."""
        await self.act("purchasing", contract, "submit")
        await self.act("ops_manager", contract, "review_ok", note="可以")

    async def signed(self, contract: str) -> None:
        """Both sides sign what finance has passed."""
        await self.act("purchasing", contract, "agree", channel="email")
        signed = {"signed_file": _SEEN, "channel": "email"}
        await self.act("purchasing", contract, "sign_both", signer_theirs="王芳", **signed)
        await self.act("gm", contract, "sign_both", signed_file=_SEEN)

    def _credit_code(self) -> str:
        return f"9133010{int(self.shop.number('C').partition('-')[2]):011}"

    async def purchase(self, sku: str, supplier: str = "") -> str:
        """Goods that are ordered; the case of the purchase."""
        case = await self.contracted(sku, supplier)
        await self.ordered(case)
        return case

    async def planned(self, sku: str) -> str:
        """A plan for which there is money or not: that is for finance to say."""
        day = today() + timedelta(days=20)
        plan = {
            "reason": "routine",
            "lines": [{"sku": sku, "qty": ORDERED, "need_by": day.isoformat()}],
            "est_total": {"amount": "4000"},
        }
        return await self.start("purchasing", "procurement", "draft_plan", **plan)

    async def contracted(self, sku: str, supplier: str = "", terms: str = "on_receipt") -> str:
        """A purchase whose contract is written, and still to be audited."""
        supplier = supplier or await self.supplier()
        case = await self.planned(sku)
        await self.act("finance", case, "budget_ok", budget_line="货款", amount_left={"amount": "9000"})
        await self.act("purchasing", case, "submit")
        await self.approved(case)
        offer = {"supplier": supplier, "sku": sku, "price": {"amount": COST}, "lead_days": 5}
        await self.act("purchasing", case, "ask_prices", quotes=[offer], reason_fewer="只有一家")
        await self.act("purchasing", case, "negotiate", supplier=supplier, final_terms="按合同付款")
        await self.act("purchasing", case, "draft_contract", quality_terms="国标一级", payment_terms=terms)
        return case

    async def delivery(self, sku: str, purchase: str = "") -> str:
        """Goods that a supplier has sent; the case of their delivery."""
        case = purchase or await self.purchase(sku)
        shipped = {"delivery_note": _SEEN, "eta": today().isoformat(), "channel": "phone"}
        await self.act("purchasing", case, "supplier_ships", **shipped)
        return await self.child(case, "inbound_receiving")

    async def taken_in(
        self, delivery: str, sku: str, counted: int = ORDERED, announced: int = ORDERED
    ) -> None:
        """They come, and are counted."""
        line = {"sku": sku, "ordered": announced, "delivered": announced, "counted": counted}
        paper = {"delivery_note_no": "DN-1", "condition": "good", "spec_matches_order": True}
        await self.act("receiver", delivery, "arrive", packages=4)
        await self.act("receiver", delivery, "check_count", lines=[line], **paper)

    async def labelled(self, delivery: str, pieces: int) -> None:
        labels = {"barcode_count": pieces, "label_book_goods_agree": True}
        await self.act("statistician", delivery, "print_labels", **labels)

    async def noted(self, sku: str) -> str:
        """A delivery whose note two have to sign; its case."""
        delivery = await self.delivery(sku)
        await self.taken_in(delivery, sku)
        await self.labelled(delivery, ORDERED)
        await self.act("receiver", delivery, "draft_note")
        return delivery

    async def posted(self, delivery: str) -> None:
        """The supervisor signs what the keeper has signed, and the statistician posts it."""
        await self.act("warehouse_supervisor", delivery, "sign_supervisor")
        await self.act("statistician", delivery, "post", finance_copy_sent=True)
        await self.shop.reaches(delivery, "posted")

    async def passed(self, delivery: str, sku: str, qty: int = ORDERED, bad: int = 0) -> None:
        """Quality control finds all but these good."""
        found = {"inspected_qty": qty, "good_qty": qty - bad, "bad_qty": bad, "opinion": "合格"}
        lines = [{"sku": sku, "qty": bad}] if bad else []
        await self.act("qc", delivery, "qc_pass", bad_lines=lines, **found)
        await self.shop.reaches(delivery, "putaway_pending")

    async def shelved(self, delivery: str, sku: str, qty: int) -> None:
        """What was counted is labelled, noted, signed for, posted, inspected and put away."""
        await self.booked_in(delivery, qty)
        await self.put_away(delivery, sku, qty)

    async def booked_in(self, delivery: str, qty: int) -> None:
        """What was counted is labelled, noted, signed for and posted."""
        await self.labelled(delivery, qty)
        await self.act("receiver", delivery, "draft_note")
        await self.act("warehouse_keeper", delivery, "sign_keeper")
        await self.posted(delivery)

    async def put_away(self, delivery: str, sku: str, qty: int) -> None:
        """What was posted is inspected, and put into its bin."""
        await self.act("warehouse_keeper", delivery, "call_qc", sampling_plan="all")
        await self.passed(delivery, sku, qty)
        placed = {"placements": [{"sku": sku, "qty": qty, "bin": "C-01"}]}
        told = await self.colleague("warehouse_supervisor")
        await self.act("warehouse_keeper", delivery, "put_away", **placed, reported_to=told)
        await self.shop.reaches(delivery, "available")

    # --- a count

    async def count(self, sku: str, counter: str = "") -> str:
        """A count of these goods that the supervisor has planned, by two people."""
        who = [counter or await self.colleague("factory_resident"), await self.colleague("warehouse_keeper")]
        plan = {"kind": "cycle", "scope": [sku], "date": today().isoformat(), "counters": who}
        return await self.start("warehouse_supervisor", "stocktake", "plan", **plan)

    async def is_listed(self, count: str) -> None:
        """The book has said what there is to count."""

        async def is_known() -> bool:
            return bool((await self.shop.get(f"/cases/{count}"))["data"].get("to_count"))

        await until(is_known, f"{count} doesn't know what to count")

    async def counted_by_two(self, count: str, sku: str, first: int, second: int) -> None:
        await self.act("warehouse_keeper", count, "freeze")
        await self.is_listed(count)
        rows = [{"sku": sku, "bin": "main", "counted": first}]
        await self.act("factory_resident", count, "count", lines=rows)
        await self.counted_by_another(count, sku, second)

    async def asked_again(self, count: str) -> None:
        """Two have counted differently: the supervisor has a third one count."""

        async def is_compared() -> bool:
            return bool((await self.shop.get(f"/cases/{count}"))["data"]["compared"])

        await until(is_compared, f"{count} isn't held against the book")
        await self.act("warehouse_supervisor", count, "ask_recount")
        await self.shop.reaches(count, "recount")

    async def counted_by_another(self, count: str, sku: str, counted: int) -> None:
        """The second one counts the same shelf, and hands the sheets in."""
        rows = [{"sku": sku, "bin": "main", "counted": counted}]
        await self.act("warehouse_keeper", count, "submit_count", lines=rows)
        await self.shop.reaches(count, "variance_review")

    async def is_explained(self, count: str, sku: str) -> None:
        """The difference has a cause, is approved, and the book is corrected."""
        causes = [{"sku": sku, "cause": "damage"}]
        await self.act("warehouse_supervisor", count, "explain", causes=causes)
        await self.act("gm", count, "approve", note="可以")
        await self.act("statistician", count, "adjust", platform_synced=True)
