"""Contracts and trade papers (合同签订与票据交换): signed by both sides, exact, and not to be altered later.

Sources: 002-a 2①, 3; 001-n 1(3), 3(2); 001-o 三·1(2)-(3); 004-d 7. Finance reviews before the contract goes out: D6.
Each side signs for itself; what the other side said or signed on paper, staff enter with the way it came.
"""

from activities.messages.contract import Message
from activities.trade.contract import ContractSealed, EnterContract, FilePaper, SealContract
from workflows.vocabulary import *

REMINDED = days(30)  # before the day that the contract names (default)
NEEDED_PAPERS = {"order", "invoice", "delivery"}  # before goods and money change hands (default)

OTHER_SIDE = BUYER_ORG | SUPPLIER | DISTRIBUTOR
WRITERS = PURCHASING | OPS_SPECIALIST | DISTRIBUTION_MANAGER | SALES

ContractKind = Literal["purchase", "sale", "carrier", "distribution", "brokered"]

WRITER_OF: dict[ContractKind, Role] = {
    "purchase": PURCHASING,
    "sale": SALES,
    "carrier": OPS_SPECIALIST,
    "distribution": DISTRIBUTION_MANAGER,
    "brokered": OPS_SPECIALIST,
}

# --- what is asked ------------------------------------------------------------------------------------------------


class Goods(FormRow):
    goods: Text
    qty: Qty
    price: Price


TERMS = (
    "kind",
    "party",
    "lines",
    "amount",
    "delivery_date",
    "delivery_place",
    "payment_terms",
    "quality_terms",
    "breach_terms",
)


class Terms(Form):
    kind: Keep[ContractKind]
    party: Keep[Code]
    lines: Keep[Some[Goods]]
    amount: Keep[Price] = computed(lambda said: worth(said["lines"], "price"))
    delivery_date: Keep[Day]
    delivery_place: Keep[Address]
    payment_terms: Keep[Text]
    quality_terms: Keep[Text]
    breach_terms: Keep[Text]
    attachments: InHistory[Files] = ()

    def problems(self) -> Problems:
        if self.amount != worth(self.lines, "price"):
            yield "amount", "Must be the sum of the lines."


class TermsAgain(Terms):
    """The terms as they stand, to be changed."""

    kind: Keep[Annotated[ContractKind, proposed("kind")]]
    party: Keep[Annotated[Code, proposed("party")]]
    lines: Keep[Annotated[Some[Goods], proposed("lines")]]
    amount: Keep[Annotated[Price, proposed("amount")]] = computed(lambda said: worth(said["lines"], "price"))
    delivery_date: Keep[Annotated[Day, proposed("delivery_date")]]
    delivery_place: Keep[Annotated[Address, proposed("delivery_place")]]
    payment_terms: Keep[Annotated[Text, proposed("payment_terms")]]
    quality_terms: Keep[Annotated[Text, proposed("quality_terms")]]
    breach_terms: Keep[Annotated[Text, proposed("breach_terms")]]


class Comment(Told):
    comment: Remark = ""


class Change(Form):
    change: Text


class Signatures(Told):
    """One side's: of the store it is whoever sends it."""

    signer_ours: User | None = None
    signer_theirs: Text | None = None
    signed_at: TimeOrEarlier[Moment]
    signed_file: Keep[File]


class ContractPaper(Form):
    document_kind: Literal["order", "invoice", "packing", "delivery", "insurance", "inspection"]
    number: Code
    file: File
    amount: Annotated[Price | None, to_check("amount")] = None
    correction_of: Code | None = None


class Completion(Form):
    delivered_ok: Annotated[Ticked, to_check("lines")]
    paid_ok: Annotated[Ticked, to_check("amount")]


class Termination(Form):
    reason: Text
    settlement: Text


class Signed(FormRow):
    """What holds of an edition that both sides signed."""

    kind: ContractKind
    party: Code
    lines: Some[Goods]
    amount: Price
    delivery_date: Day
    delivery_place: Address
    payment_terms: Text
    quality_terms: Text
    breach_terms: Text
    signer_ours: Text | None = None
    signer_theirs: Text | None = None
    entered_by: Text | None = None
    seal: Text | None = None


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
    signer_ours: Text | None = None
    signer_theirs: Text | None = None
    entered_by: Text | None = None
    """The account that entered the other side's signature."""
    signed_file: File | None = None
    seal: Text | None = None
    """The hash of the text that both sides agreed on."""
    signed_on: Day | None = None
    """When both sides had signed."""
    papers: dict[str, str] = {}
    """The kind of each paper, by its number."""
    corrected: tuple[str, ...] = ()
    signed: Signed | None = None
    """The edition that both sides signed last, which holds while another one is talked about."""

    @property
    def writer(self) -> Role:
        """The team whose contract it is."""
        return WRITER_OF[self.kind]

    @property
    def paper_kinds(self) -> set[str]:
        """The kinds of papers that are filed and weren't found wrong."""
        return {kind for number, kind in self.papers.items() if number not in self.corrected}


# --- the procedure ------------------------------------------------------------------------------------------------


class B2bContract(AnswersWhoAsked, Procedure):
    """Sign trade contracts and exchange trade papers so that their data are exact and can't be changed later."""

    key = "b2b_contract"
    case: Contract
    numbers = "CT"
    about = ("kind", "party", "amount")
    readers = PURCHASING | FINANCE | SALES | DISTRIBUTION_MANAGER | OPS_MANAGER | GM
    parties = {PartyKind.BUYER: "party", PartyKind.SUPPLIER: "party", PartyKind.DISTRIBUTOR: "party"}

    new = Entry(role=WRITERS, due=working_days(3), tell=OPS_MANAGER)
    drafted = Stage(role=WRITERS)
    internal_review = Stage(role=OPS_MANAGER, ways_equal=True, due=working_days(2), tell=GM)
    legal_finance_review = Stage(role=FINANCE, ways_equal=True, due=working_days(1), tell=GM)
    sent = Stage(role=OTHER_SIDE, ways_equal=True)
    counter_proposed = Stage(role=WRITERS)
    agreed = Stage()
    signing = Stage(role=GM | OTHER_SIDE)
    effective = Stage(role=FINANCE | PURCHASING | BUYER_ORG)
    documents_exchange = Stage(role=FINANCE | PURCHASING | BUYER_ORG)
    performing = Stage(role=FINANCE)
    fulfilled = Stage(final=True)
    rejected = Stage(final=True)
    expired = Stage(final=True)
    terminated = Stage(final=True, undo=True)

    # drafted and reviewed                                                           001-n 1(3), 001-o 三·1(3)
    draft = new.to(drafted, by=WRITERS, form=Terms)
    submit = drafted.to(internal_review, by=WRITERS, form=TermsAgain)
    review_ok = internal_review.to(
        legal_finance_review, by=OPS_MANAGER, form=Note, other_than=submit, approves=TERMS
    )
    review_back = internal_review.to(drafted, by=OPS_MANAGER, form=Note, back=True)
    finance_ok = legal_finance_review.to(
        sent, by=FINANCE, form=Note, other_than=(submit, review_ok), approves=TERMS
    )
    finance_back = legal_finance_review.to(drafted, by=FINANCE, form=Note, back=True)
    drop = drafted.to(
        rejected, by=WRITERS, form=Reason, when="not has_signed_edition", back=True
    ) | drafted.to(documents_exchange, by=WRITERS, form=Reason, when="has_signed_edition")

    # agreed with the other side, and signed                                         002-a 2①
    counter = sent.to(counter_proposed, by=OTHER_SIDE, heard_by=WRITERS, form=Comment)
    take_counter = counter_proposed.to(drafted, by=WRITERS, form=Change)
    agree = sent.to(agreed, by=OTHER_SIDE, heard_by=WRITERS, form=Comment)
    decline = sent.to(
        rejected, by=OTHER_SIDE, heard_by=WRITERS, form=Comment, when="not has_signed_edition"
    ) | sent.to(documents_exchange, by=OTHER_SIDE, heard_by=WRITERS, form=Comment, when="has_signed_edition")
    no_reply = (sent | counter_proposed).to(
        expired, after=working_days(10), when="not has_signed_edition"
    ) | (sent | counter_proposed).to(documents_exchange, after=working_days(10), when="has_signed_edition")
    start_signing = agreed.to(signing)
    sign_both = signing.to(
        effective, by=GM | OTHER_SIDE, heard_by=WRITERS, form=Signatures, when="is_signed_by_the_other"
    ) | signing.stay(by=GM | OTHER_SIDE, heard_by=WRITERS, form=Signatures, when="not is_signed_by_the_other")

    # papers, goods and money                                                        002-a 2①, 3
    exchange_documents = effective.to(
        documents_exchange, by=FINANCE | PURCHASING | BUYER_ORG, form=ContractPaper, main=True
    ) | documents_exchange.stay(by=FINANCE | PURCHASING | BUYER_ORG, form=ContractPaper, main=True)
    documents_wrong = documents_exchange.stay(by=FINANCE, form=ContractPaper)
    perform = documents_exchange.to(performing, as_soon_as="has_papers")
    complete = performing.to(fulfilled, by=FINANCE, form=Completion)
    amend = (effective | performing).to(drafted, by=WRITERS, form=Change)
    terminate = (effective | documents_exchange | performing).to(
        terminated, by=GM, form=Termination, back=True
    )

    runs_out = Deadline(
        at("delivery_date") - REMINDED,
        since=sign_both,
        until=complete | terminate,
        unless="is_short",
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

    def is_short(self) -> bool:
        """It was signed too late to be reminded of its day: the goods are due within a month."""
        signed = self.case.signed_on
        return signed is not None and signed >= self.case.delivery_date - REMINDED.length

    def has_signed_edition(self) -> bool:
        """An edition that both sides signed is in force."""
        return self.case.signed is not None

    def is_signed_by_the_other(self) -> bool:
        """The other side has signed."""
        theirs = self.case.signer_theirs is not None
        return theirs if GM in self.actor.roles else self.case.signer_ours is not None

    # --- what each step does

    @(review_back | finance_back).on
    def tell_who_wrote(self, form: Note) -> None:
        self.tell(self.case.writer, "contract_back", why=form.note)

    @decline.on
    def tell_that_it_is_declined(self, form: Comment) -> None:
        self.tell(self.case.writer, "contract_declined", why=form.comment or "-")

    @counter.on
    def tell_what_is_countered(self, form: Comment) -> None:
        self.tell(self.case.writer, "contract_countered", why=form.comment or "-")

    @no_reply.on
    def tell_of_the_silence(self) -> None:
        self.tell(self.case.writer, "contract_declined", why="10 个工作日内未答复")

    @terminate.on
    def tell_the_other_side(self, form: Termination) -> None:
        data = {"why": form.reason, "settlement": form.settlement}
        self.do(Message(to=self.case.party, template="contract_terminated", data=data))
        self.tell(self.case.writer, "contract_ended", why=form.reason)

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

    @(drop | decline | no_reply).on
    def go_on_with_what_is_signed(self) -> None:
        """A change that isn't agreed leaves the signed edition as it is."""
        if self.case.signed is not None:
            self.case = self.case.model_copy(update=dict(self.case.signed))

    @(take_counter | amend).on
    def sign_anew(self) -> None:
        self.case.signer_ours = self.case.signer_theirs = self.case.entered_by = None

    @sign_both.on
    def sign_for_one_side(self, form: Signatures) -> None:
        """The gm signs for the store; the other side for itself, or one of the staff enters what it signed."""
        case, me = self.case, self.actor.id
        if GM in self.actor.roles:
            self.require(
                form.signer_ours in (None, me), "Whoever sends it signs for the store.", "signer_ours"
            )
            self.require(form.signer_theirs is None, "The other side signs for itself.", "signer_theirs")
            self.require(me != case.entered_by, "One person doesn't enter both signatures.")
            case.signer_ours = me
        else:
            self.require(form.signer_ours is None, "The store's gm signs for the store.", "signer_ours")
            self.require(form.signer_theirs, "Say who signs for the other side.", "signer_theirs")
            self.require(me != case.signer_ours, "One person doesn't enter both signatures.")
            case.signer_theirs, case.entered_by = form.signer_theirs, me
        if case.signer_ours is not None and case.signer_theirs is not None:
            case.signed_on = self.today
            held = case.model_dump(include={*Signed.model_fields})
            case.signed = Signed.model_validate(held)
            self.do(
                EnterContract(
                    contract=self.subject,
                    party=case.party,
                    seal=case.seal or "-",
                    signed_file=form.signed_file,
                    signer_ours=case.signer_ours,
                    signer_theirs=case.signer_theirs,
                    signed_at=form.signed_at,
                )
            )

    @(exchange_documents | documents_wrong).on
    def file_paper(self, form: ContractPaper) -> None:
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
    def name_the_wrong_one(self, form: ContractPaper) -> None:
        self.require(form.correction_of is not None, "Say which paper was wrong.", "correction_of")

    complete.on(AnswersWhoAsked.tell_end)

    @complete.on
    def stand_for_good(self) -> None:
        self.make_permanent(EnterContract)

    def result(self) -> dict[str, object]:
        return {"contract": self.subject, "amount": self.case.amount}
