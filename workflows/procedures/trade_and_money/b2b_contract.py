"""Contracts and trade papers (合同签订与票据交换): signed by both sides, exact, and not to be altered later.

Sources: 002-a 2①, 3; 001-n 1(3), 3(2); 001-o 三·1(2)-(3); 004-d 7. Finance reviews before the contract goes out: D6.
"""

from activities.messages.contract import Message
from activities.trade.contract import ContractSealed, EnterContract, FilePaper, SealContract
from workflows.vocabulary import *

NEEDED_PAPERS = {"order", "invoice", "delivery"}  # before goods and money change hands (default)

ContractKind = Literal["purchase", "sale", "carrier", "distribution", "brokered"]

# --- what is asked ------------------------------------------------------------------------------------------------


class Goods(FormRow):
    goods: Text
    qty: Qty
    price: Price


class Terms(Form):
    kind: Keep[ContractKind]
    party: Keep[Code]
    lines: Keep[Some[Goods]]
    amount: Keep[Price]
    delivery_date: Keep[Day]
    delivery_place: Keep[Address]
    payment_terms: Keep[Text]
    quality_terms: Keep[Text]
    breach_terms: Keep[Text]
    attachments: InHistory[Files] = ()

    def problems(self) -> Problems:
        if self.amount != worth(self.lines, "price"):
            yield "amount", "Must be the sum of the lines."


class Comment(Form):
    comment: Remark = ""


class Change(Form):
    change: Text


class Signatures(Form):
    signer_ours: User
    signer_theirs: Text
    signed_at: Moment
    signed_file: File


class Paper(Form):
    document_kind: Literal["order", "invoice", "packing", "delivery", "insurance", "inspection"]
    number: Code
    file: File
    amount: Price | None = None
    correction_of: Code | None = None


class Completion(Form):
    delivered_ok: Ticked
    paid_ok: Ticked


class Termination(Form):
    reason: Text
    settlement: Text


class Contract(Case):
    kind: ContractKind
    party: Code
    lines: Some[Goods]
    amount: Price
    delivery_date: Day
    delivery_place: Address
    payment_terms: Text
    quality_terms: Text
    breach_terms: Text
    edition: Count = 1
    seal: Text | None = None
    """The hash of the text that both sides agreed on."""
    papers: dict[str, str] = {}
    """The kind of each paper, by its number."""
    corrected: tuple[str, ...] = ()

    @property
    def paper_kinds(self) -> set[str]:
        """The kinds of papers that are filed and weren't found wrong."""
        return {kind for number, kind in self.papers.items() if number not in self.corrected}


# --- the procedure ------------------------------------------------------------------------------------------------


class B2bContract(Procedure):
    """Sign trade contracts and exchange trade papers so that their data are exact and can't be changed later."""

    key = "b2b_contract"
    case: Contract

    new = Entry()
    drafted = Stage(role=PURCHASING | OPS_SPECIALIST | DISTRIBUTION_MANAGER)
    internal_review = Stage(role=OPS_MANAGER, due=working_days(2), tell=GM)
    legal_finance_review = Stage(role=FINANCE, due=working_days(1), tell=GM)
    sent = Stage(role=BUYER_ORG | SUPPLIER)
    counter_proposed = Stage(role=PURCHASING | OPS_SPECIALIST)
    agreed = Stage()
    signing = Stage(role=GM | BUYER_ORG | SUPPLIER)
    effective = Stage(role=FINANCE | PURCHASING | BUYER_ORG)
    documents_exchange = Stage(role=FINANCE | PURCHASING | BUYER_ORG)
    performing = Stage(role=FINANCE)
    fulfilled = Stage(final=True)
    rejected = Stage(final=True)
    expired = Stage(final=True)
    terminated = Stage(final=True, undo=True)

    # drafted and reviewed                                                           001-n 1(3), 001-o 三·1(3)
    draft = new.to(drafted, by=PURCHASING | OPS_SPECIALIST | DISTRIBUTION_MANAGER, form=Terms)
    submit = drafted.to(internal_review, by=PURCHASING | OPS_SPECIALIST | DISTRIBUTION_MANAGER, form=Terms)
    review_ok = internal_review.to(legal_finance_review, by=OPS_MANAGER, form=Note)
    review_back = internal_review.to(drafted, by=OPS_MANAGER, form=Note)
    finance_ok = legal_finance_review.to(sent, by=FINANCE, form=Note)
    finance_back = legal_finance_review.to(drafted, by=FINANCE, form=Note)

    # agreed with the other side, and signed                                         002-a 2①
    counter = sent.to(counter_proposed, by=BUYER_ORG | SUPPLIER, form=Comment)
    take_counter = counter_proposed.to(drafted, by=PURCHASING | OPS_SPECIALIST, form=Change)
    agree = sent.to(agreed, by=BUYER_ORG | SUPPLIER, form=Comment)
    decline = sent.to(rejected, by=BUYER_ORG | SUPPLIER, form=Comment)
    no_reply = (sent | counter_proposed).to(expired, after=working_days(10))
    start_signing = agreed.to(signing)
    sign_both = signing.to(effective, by=GM | BUYER_ORG | SUPPLIER, form=Signatures)

    # papers, goods and money                                                        002-a 2①, 3
    exchange_documents = effective.to(
        documents_exchange, by=FINANCE | PURCHASING | BUYER_ORG, form=Paper
    ) | documents_exchange.stay(by=FINANCE | PURCHASING | BUYER_ORG, form=Paper)
    documents_wrong = documents_exchange.stay(by=FINANCE, form=Paper)
    perform = documents_exchange.to(performing, as_soon_as="has_papers")
    complete = performing.to(fulfilled, by=FINANCE, form=Completion)
    amend = (effective | performing).to(drafted, by=PURCHASING | OPS_SPECIALIST, form=Change)
    terminate = (effective | documents_exchange | performing).to(terminated, by=GM, form=Termination)

    runs_out = Deadline(
        at("delivery_date") - days(30),
        since=sign_both,
        until=complete | terminate,
        tell=PURCHASING | OPS_MANAGER,
    )

    kpis = (
        elapsed(draft, sign_both),
        count(take_counter | amend),
        count(documents_wrong),
        count(no_reply),
        count(terminate),
    )

    # --- rules

    def has_papers(self) -> bool:
        """Order, invoice and delivery papers are filed and right."""
        return self.case.paper_kinds >= NEEDED_PAPERS

    # --- what each step does

    @sent.enter
    def send_out(self) -> None:
        data = {"amount": str(self.case.amount), "edition": str(self.case.edition)}
        self.do(Message(to=self.case.party, template="contract_sent", data=data))

    @(take_counter | amend).on
    def new_edition(self) -> None:
        self.case.edition += 1

    @agree.on
    def fix_text(self) -> None:
        """From now on only a signed supplement changes the text."""
        terms = {name: getattr(self.case, name) for name in Terms.model_fields if name != "attachments"}
        self.do(SealContract(contract=self.subject, terms=terms), then=self.start_signing)

    @start_signing.on
    def keep_seal(self, outcome: ContractSealed | None) -> None:
        self.case.seal = outcome.seal if outcome is not None and outcome.seal else "-"

    @sign_both.on
    def enter_contract(self, form: Signatures) -> None:
        self.require(form.signed_at <= self.now, "Must not be in the future.", "signed_at")
        self.do(
            EnterContract(
                contract=self.subject,
                party=self.case.party,
                seal=self.case.seal or "-",
                signed_file=form.signed_file,
                signer_ours=form.signer_ours,
                signer_theirs=form.signer_theirs,
                signed_at=form.signed_at,
            )
        )

    @(exchange_documents | documents_wrong).on
    def file_paper(self, form: Paper) -> None:
        """A corrected copy is filed beside the one that it corrects."""
        papers = self.case.papers
        self.require(form.number not in papers, "There is a paper of that number.", "number")
        self.require(
            form.correction_of is None or form.correction_of in papers,
            "There is no such paper to correct.",
            "correction_of",
        )
        self.case.papers = {**papers, form.number: form.document_kind}
        if form.correction_of is not None:
            self.case.corrected = (*self.case.corrected, form.correction_of)
        self.do(
            FilePaper(
                contract=self.subject,
                document_kind=form.document_kind,
                number=form.number,
                file=form.file,
                amount=form.amount,
                correction_of=form.correction_of,
            )
        )

    @documents_wrong.on
    def name_the_wrong_one(self, form: Paper) -> None:
        self.require(form.correction_of is not None, "Say which paper was wrong.", "correction_of")

    @complete.on
    def stand_for_good(self) -> None:
        self.make_permanent(EnterContract)

    def result(self) -> dict[str, object]:
        return {"contract": self.subject, "amount": self.case.amount}
