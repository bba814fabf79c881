"""Supplier onboarding (供应商入驻): only suppliers that are lawful, able and fairly priced.

Sources: 000-a 2; 000-f 第二步; 000-i 一1; 000-j 三1; 001-e 第五条, 第八条2-3; 001-k 2.2.3, 3.1.3; 001-n 1(2).
"""

from activities.messages.contract import Message
from activities.suppliers.contract import AdmitSupplier, ApplicantKnown, CheckApplicant, SupplierRating
from workflows.vocabulary import *

BAR = 70  # of 100 (default)
JUDGED = (
    "company",
    "categories",
    "standing",
    "licence",
    "licence_valid_to",
    "brand_authorisation",
    "quality_reports",
    "safety_certificates",
    "result",
    "photos",
    "price_list",
    "moq",
    "lead_days",
    "payment_terms",
    "return_terms",
    "total",
)

Grade = Annotated[int, Field(ge=0, le=100)]
CreditCode = Annotated[str, Field(pattern=r"^[0-9A-HJ-NPQRTUWXY]{18}$")]
"""The unified social credit code."""

# --- what is asked ------------------------------------------------------------------------------------------------


class Application(Form):
    source_kind: Literal["brand", "third_party", "own_factory"]
    company: Text
    credit_code: Keep[CreditCode]
    contact: InHistory[PersonName]
    phone: InHistory[Phone]
    categories: Some[Name]
    bank_account: InHistory[Remark] = ""
    supplier_no: FromSubject[Supplier | None] = None


class Documents(Form):
    """Papers that were handed in before are there already."""

    licence: Keep[Annotated[File, proposed("licence")]]
    licence_valid_to: Keep[Annotated[Day, proposed("licence_valid_to")]]
    brand_authorisation: Keep[Annotated[File | None, proposed("brand_authorisation")]] = None
    quality_reports: Keep[Annotated[Files, proposed("quality_reports")]] = ()
    safety_certificates: Keep[Annotated[Files, proposed("safety_certificates")]] = ()
    note: Remark = ""


class Sample(Form):
    result: Keep[Text]
    photos: Keep[Photos] = ()


class Offer(Form):
    price_list: Keep[File]
    moq: Keep[Qty | None] = None
    lead_days: Keep[Count]
    payment_terms: Keep[Literal["prepaid", "part", "30d", "60d"]]
    return_terms: Keep[Text]


class Score(Form):
    quality: Grade
    price: Grade
    delivery: Grade
    service: Grade
    total: Grade | None = None
    """What the grades come to: nobody need say it."""

    @property
    def grades(self) -> tuple[int, ...]:
        return self.quality, self.price, self.delivery, self.service

    def problems(self) -> Problems:
        if self.total is not None and not min(self.grades) <= self.total <= max(self.grades):
            yield "total", "Must lie between the lowest and the highest grade."


class TheirSignature(Told):
    """The supplier signs, or has sent the paper that it signed."""

    signer: Keep[PersonName]
    signed_file: Keep[File]


class Agreement(Form):
    contract_no: Annotated[Code, own_number("CT")]
    valid_from: TimeOrOther[Day]
    valid_to: Annotated[Day, within(at_least="now")]
    file: Annotated[File, proposed("signed_file")]
    finance_checked: ToCheck[Ticked]

    def problems(self) -> Problems:
        if self.valid_to <= self.valid_from:
            yield "valid_to", "Must be after the start."


class Applicant(Case):
    source_kind: str
    company: Text
    credit_code: str = ""
    standing: SupplierRating | None = None
    """How the book rates it already; None where it is new."""
    categories: Some[Name]
    licence: File | None = None
    licence_valid_to: Day | None = None
    brand_authorisation: File | None = None
    quality_reports: Files = ()
    safety_certificates: Files = ()
    total: Grade = 0
    supplier_no: Supplier | None = None
    signer: PersonName | None = None
    """Who signed for the supplier."""
    signed_file: File | None = None
    result: Text | None = None
    photos: Photos | None = None
    price_list: File | None = None
    moq: Qty | None = None
    lead_days: Count | None = None
    payment_terms: Literal["prepaid", "part", "30d", "60d"] | None = None
    return_terms: Text | None = None


# --- the procedure ------------------------------------------------------------------------------------------------


class SupplierOnboarding(Procedure):
    """Admit only suppliers that are lawful, able and fairly priced."""

    key = "supplier_onboarding"
    case: Applicant
    numbers = "S"
    about = ("company", "categories")
    readers = PURCHASING | FINANCE | OPS_MANAGER | GM
    parties = {PartyKind.SUPPLIER: "supplier_no"}

    new = Entry(role=PURCHASING, due=working_days(2), tell=OPS_MANAGER)
    applied = Stage(role=PURCHASING, due=working_days(2), tell=OPS_MANAGER)
    documents_check = Stage(role=PURCHASING, ways_equal=True, due=working_days(3), tell=PURCHASING)
    site_or_sample_check = Stage(role=QC, ways_equal=True, due=working_days(5), tell=OPS_MANAGER)
    negotiating = Stage(role=PURCHASING, due=working_days(5), tell=OPS_MANAGER)
    scored = Stage(role=OPS_SPECIALIST, due=working_days(3), tell=OPS_MANAGER)
    approval = Stage(role=OPS_MANAGER, ways_equal=True, due=working_days(3), tell=GM)
    contract_signing = Stage(role=PURCHASING | FINANCE, due=working_days(5), tell=OPS_MANAGER)
    active = Stage(final=True)
    rejected = Stage(final=True)
    lapsed = Stage(final=True)

    # papers and samples                                                             000-i 一1, 000-j 三1, 001-e 第五条2
    apply = new.to(applied, by=SUPPLIER | PURCHASING, form=Application)
    applicant_known = (applied | documents_check).stay()
    number_taken = (applied | documents_check).to(rejected)
    check_documents = applied.to(documents_check, by=PURCHASING, form=Documents)
    documents_missing = documents_check.to(applied, by=PURCHASING, form=Documents, back=True)
    documents_bad = documents_check.to(rejected, by=PURCHASING, form=Documents, back=True)
    documents_ok = documents_check.to(site_or_sample_check, by=PURCHASING, form=Documents)
    sample_ok = site_or_sample_check.to(negotiating, by=QC, form=Sample, other_than=documents_ok)
    sample_bad = site_or_sample_check.to(rejected, by=QC, form=Sample)

    # terms, grades, agreement                                                       001-e 第八条2-3, 001-n 1(2)
    negotiate = negotiating.to(scored, by=PURCHASING, form=Offer)
    score = scored.to(approval, by=OPS_SPECIALIST, form=Score, other_than=(documents_ok, negotiate))
    approve = approval.to(
        contract_signing,
        by=OPS_MANAGER,
        form=Note,
        when="is_good_enough",
        other_than=(documents_ok, sample_ok, negotiate, score),
        approves=JUDGED,
    )
    reject = approval.to(rejected, by=OPS_MANAGER, form=Note, back=True)
    agree = contract_signing.stay(by=SUPPLIER, heard_by=PURCHASING, form=TheirSignature, once=True)
    sign = contract_signing.to(  # 000-a 2
        active, by=PURCHASING | FINANCE, form=Agreement, needs=agree, other_than=(agree, score, approve)
    )

    no_answer = (applied | negotiating | contract_signing).to(
        lapsed, after=days(14), when="is_supplier_silent"
    )

    admitted_in_time = Deadline(working_days(20), since=apply, until=sign, tell=OPS_MANAGER)

    kpis = (
        elapsed(apply, sign),
        share(sign, of=apply),
        count(documents_bad),
        count(sample_bad),
        count(reject),
    )

    # --- rules

    def is_good_enough(self) -> bool:
        """The supplier's grade reaches the bar of 70."""
        return self.case.total >= BAR

    def is_supplier_silent(self) -> bool:
        """The supplier's answer is awaited: what it has sent or signed waits for the store."""
        if self.stage is self.applied:
            return self.has_happened(self.documents_missing)
        return self.stage is not self.contract_signing or not self.has_happened(self.agree)

    # --- what each step does

    @apply.on
    def under_its_own_number(self) -> None:
        number = self.case.supplier_no
        self.require(
            number in (None, self.subject), "The case is {subject}'s.", "supplier_no", subject=self.subject
        )
        self.case.supplier_no = self.subject
        check = CheckApplicant(supplier=self.subject, credit_code=self.case.credit_code)
        self.do(check, then=self.applicant_known, otherwise=self.number_taken)

    @applicant_known.on
    def note_standing(self, outcome: ApplicantKnown | None) -> None:
        self.case.standing = outcome.rating if outcome is not None else None

    @number_taken.on
    def say_whose_it_is(self, outcome: Refused | None) -> None:
        """Nothing is written to the number: it may be somebody else's."""
        why = outcome.reason if outcome is not None else "-"
        self.tell(PURCHASING, "applicant_known_already", company=self.case.company, why=why)

    @documents_missing.on
    def ask_for_papers(self, form: Documents) -> None:
        self.require(form.note, "Say what is missing: the supplier reads it.", "note")
        self._write("papers_missing", note=form.note)

    @(documents_bad | sample_bad | reject).on
    def decline(self, form: Documents | Sample | Note) -> None:
        why = form.result if isinstance(form, Sample) else form.note
        self._write("application_declined", note=why or "-")

    @score.on
    def add_up(self, form: Score) -> None:
        self.case.total = form.total if form.total is not None else round(sum(form.grades) / len(form.grades))

    @approve.on
    def ask_to_sign(self) -> None:
        self._write("application_accepted")

    @no_answer.on
    def say_that_it_lapsed(self) -> None:
        self._write("application_lapsed")

    def _write(self, template: str, **data: str) -> None:
        self.do(Message(to=self.subject, template=template, data={"company": self.case.company, **data}))

    @documents_ok.on
    def valid_licence(self, form: Documents) -> None:
        self.require(form.licence_valid_to > self.today, "The licence has run out.", "licence_valid_to")

    @sign.on
    def admit(self, form: Agreement) -> None:
        self.require(form.valid_to > self.today, "Must be in the future.", "valid_to")
        licence = self.case.licence_valid_to or self.today
        self.require(licence > self.today, "The licence has run out on {day}.", None, day=licence)
        self.do(
            AdmitSupplier(
                supplier=self.subject,
                company=self.case.company,
                credit_code=self.case.credit_code,
                categories=self.case.categories,
                contract=form.contract_no,
                valid_from=form.valid_from,
                valid_to=form.valid_to,
            )
        )
        self.tell(PURCHASING, "supplier_admitted", company=self.case.company, until=form.valid_to)
