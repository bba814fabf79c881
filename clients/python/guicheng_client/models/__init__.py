""" Contains all the data models used in inputs/outputs """

from .account_change import AccountChange
from .account_change_language_type_0 import AccountChangeLanguageType0
from .account_change_roles_type_0 import AccountChangeRolesType0
from .account_document import AccountDocument
from .account_document_roles import AccountDocumentRoles
from .account_kind import AccountKind
from .account_page import AccountPage
from .action import Action
from .action_document import ActionDocument
from .action_document_form import ActionDocumentForm
from .action_form_type_0 import ActionFormType0
from .add_file_files_body import AddFileFilesBody
from .add_waiting_file_files_body import AddWaitingFileFilesBody
from .address import Address
from .alive import Alive
from .approval_limit import ApprovalLimit
from .assignment import Assignment
from .at_least import AtLeast
from .bin_place import BinPlace
from .bulk_action import BulkAction
from .bulk_action_form_type_0 import BulkActionFormType0
from .bulk_result import BulkResult
from .bulk_result_case_type_0 import BulkResultCaseType0
from .bulk_result_events_type_0 import BulkResultEventsType0
from .bulk_result_problem_type_0 import BulkResultProblemType0
from .bulk_results import BulkResults
from .caller_document import CallerDocument
from .caller_document_roles import CallerDocumentRoles
from .case_document import CaseDocument
from .case_document_blocked import CaseDocumentBlocked
from .case_document_data import CaseDocumentData
from .case_document_state import CaseDocumentState
from .case_family import CaseFamily
from .case_line import CaseLine
from .case_line_state import CaseLineState
from .case_page import CasePage
from .case_start import CaseStart
from .case_start_data import CaseStartData
from .case_waits import CaseWaits
from .claim_view import ClaimView
from .claim_view_page import ClaimViewPage
from .cloud_event import CloudEvent
from .code_view import CodeView
from .colleague import Colleague
from .colleague_page import ColleaguePage
from .comment_document import CommentDocument
from .comment_page import CommentPage
from .credit_view import CreditView
from .credit_view_page import CreditViewPage
from .customer_document import CustomerDocument
from .customer_limit import CustomerLimit
from .customer_member import CustomerMember
from .customer_order import CustomerOrder
from .customer_refund import CustomerRefund
from .customer_refund_state import CustomerRefundState
from .deadline_document import DeadlineDocument
from .delivery import Delivery
from .disposition import Disposition
from .draft_document import DraftDocument
from .draft_document_form import DraftDocumentForm
from .entry_result import EntryResult
from .entry_result_data import EntryResultData
from .entry_results import EntryResults
from .event_document import EventDocument
from .event_document_results_item import EventDocumentResultsItem
from .event_document_status import EventDocumentStatus
from .event_page import EventPage
from .event_result import EventResult
from .event_result_results_item import EventResultResultsItem
from .event_result_status import EventResultStatus
from .event_results import EventResults
from .event_try import EventTry
from .event_type_document import EventTypeDocument
from .event_type_document_data import EventTypeDocumentData
from .event_type_document_examples_item import EventTypeDocumentExamplesItem
from .event_type_page import EventTypePage
from .events_retried import EventsRetried
from .events_to_retry import EventsToRetry
from .family_member import FamilyMember
from .family_member_state import FamilyMemberState
from .field_error import FieldError
from .file_document import FileDocument
from .file_page import FilePage
from .filled_form import FilledForm
from .filled_form_form import FilledFormForm
from .filled_form_values import FilledFormValues
from .found_thing import FoundThing
from .found_thing_kind import FoundThingKind
from .found_things import FoundThings
from .get_paper_language_type_0 import GetPaperLanguageType0
from .goods_code import GoodsCode
from .headline_part import HeadlinePart
from .history_page import HistoryPage
from .incident_document import IncidentDocument
from .judged_answer import JudgedAnswer
from .key_document import KeyDocument
from .key_page import KeyPage
from .link_document import LinkDocument
from .link_to_parent import LinkToParent
from .list_cases_state_type_0 import ListCasesStateType0
from .list_events_status_type_0 import ListEventsStatusType0
from .list_tasks_sort import ListTasksSort
from .member_view import MemberView
from .member_view_page import MemberViewPage
from .message_view import MessageView
from .message_view_page import MessageViewPage
from .money_input import MoneyInput
from .money_output import MoneyOutput
from .money_view import MoneyView
from .money_view_page import MoneyViewPage
from .movement_view import MovementView
from .movement_view_page import MovementViewPage
from .new_account import NewAccount
from .new_account_language import NewAccountLanguage
from .new_account_roles import NewAccountRoles
from .new_bins import NewBins
from .new_comment import NewComment
from .new_draft import NewDraft
from .new_draft_form import NewDraftForm
from .new_key import NewKey
from .new_key_document import NewKeyDocument
from .new_product import NewProduct
from .new_products import NewProducts
from .new_secret import NewSecret
from .opening_hours import OpeningHours
from .paper import Paper
from .paper_document import PaperDocument
from .paper_view import PaperView
from .papers_wanted import PapersWanted
from .partner_view import PartnerView
from .partner_view_page import PartnerViewPage
from .party_document import PartyDocument
from .party_kind import PartyKind
from .payment_view import PaymentView
from .price_view import PriceView
from .print_papers_language_type_0 import PrintPapersLanguageType0
from .problem_document import ProblemDocument
from .procedure_document import ProcedureDocument
from .procedure_document_deadlines_item import ProcedureDocumentDeadlinesItem
from .procedure_document_effects_item import ProcedureDocumentEffectsItem
from .procedure_document_forms import ProcedureDocumentForms
from .procedure_document_forms_additional_property import ProcedureDocumentFormsAdditionalProperty
from .procedure_document_links_item import ProcedureDocumentLinksItem
from .procedure_document_stages_item import ProcedureDocumentStagesItem
from .procedure_document_starts_item import ProcedureDocumentStartsItem
from .procedure_document_title import ProcedureDocumentTitle
from .procedure_document_transitions_item import ProcedureDocumentTransitionsItem
from .procedure_line import ProcedureLine
from .procedure_line_title import ProcedureLineTitle
from .procedure_page import ProcedurePage
from .product_view import ProductView
from .product_view_page import ProductViewPage
from .purchase_line_view import PurchaseLineView
from .purchase_view import PurchaseView
from .purchase_view_page import PurchaseViewPage
from .readiness import Readiness
from .readiness_database import ReadinessDatabase
from .readiness_status import ReadinessStatus
from .readiness_temporal import ReadinessTemporal
from .readiness_worker import ReadinessWorker
from .receipt import Receipt
from .ref_entry import RefEntry
from .ref_page import RefPage
from .refund_view import RefundView
from .request_document import RequestDocument
from .request_document_status import RequestDocumentStatus
from .resolution import Resolution
from .resolution_data import ResolutionData
from .resolution_do import ResolutionDo
from .revision_document import RevisionDocument
from .revision_document_effects_item import RevisionDocumentEffectsItem
from .revision_document_form_type_0 import RevisionDocumentFormType0
from .role import Role
from .secret_document import SecretDocument
from .session_document import SessionDocument
from .session_page import SessionPage
from .settled_by_hand import SettledByHand
from .settlement import Settlement
from .sign_in import SignIn
from .signed_out import SignedOut
from .stage_document import StageDocument
from .stage_label import StageLabel
from .stock_view import StockView
from .stock_view_page import StockViewPage
from .store_document import StoreDocument
from .store_hours import StoreHours
from .store_limits import StoreLimits
from .store_limits_times import StoreLimitsTimes
from .store_procedures import StoreProcedures
from .stretch_of_days import StretchOfDays
from .task_counts import TaskCounts
from .task_counts_by_procedure import TaskCountsByProcedure
from .task_counts_by_role import TaskCountsByRole
from .task_document import TaskDocument
from .task_document_kind import TaskDocumentKind
from .task_page import TaskPage
from .unapplied_events import UnappliedEvents
from .verb import Verb
from .waits_for_document import WaitsForDocument
from .waits_for_document_kind import WaitsForDocumentKind
from .waybill_view import WaybillView
from .waybill_view_page import WaybillViewPage

__all__ = (
    "AccountChange",
    "AccountChangeLanguageType0",
    "AccountChangeRolesType0",
    "AccountDocument",
    "AccountDocumentRoles",
    "AccountKind",
    "AccountPage",
    "Action",
    "ActionDocument",
    "ActionDocumentForm",
    "ActionFormType0",
    "AddFileFilesBody",
    "Address",
    "AddWaitingFileFilesBody",
    "Alive",
    "ApprovalLimit",
    "Assignment",
    "AtLeast",
    "BinPlace",
    "BulkAction",
    "BulkActionFormType0",
    "BulkResult",
    "BulkResultCaseType0",
    "BulkResultEventsType0",
    "BulkResultProblemType0",
    "BulkResults",
    "CallerDocument",
    "CallerDocumentRoles",
    "CaseDocument",
    "CaseDocumentBlocked",
    "CaseDocumentData",
    "CaseDocumentState",
    "CaseFamily",
    "CaseLine",
    "CaseLineState",
    "CasePage",
    "CaseStart",
    "CaseStartData",
    "CaseWaits",
    "ClaimView",
    "ClaimViewPage",
    "CloudEvent",
    "CodeView",
    "Colleague",
    "ColleaguePage",
    "CommentDocument",
    "CommentPage",
    "CreditView",
    "CreditViewPage",
    "CustomerDocument",
    "CustomerLimit",
    "CustomerMember",
    "CustomerOrder",
    "CustomerRefund",
    "CustomerRefundState",
    "DeadlineDocument",
    "Delivery",
    "Disposition",
    "DraftDocument",
    "DraftDocumentForm",
    "EntryResult",
    "EntryResultData",
    "EntryResults",
    "EventDocument",
    "EventDocumentResultsItem",
    "EventDocumentStatus",
    "EventPage",
    "EventResult",
    "EventResultResultsItem",
    "EventResults",
    "EventResultStatus",
    "EventsRetried",
    "EventsToRetry",
    "EventTry",
    "EventTypeDocument",
    "EventTypeDocumentData",
    "EventTypeDocumentExamplesItem",
    "EventTypePage",
    "FamilyMember",
    "FamilyMemberState",
    "FieldError",
    "FileDocument",
    "FilePage",
    "FilledForm",
    "FilledFormForm",
    "FilledFormValues",
    "FoundThing",
    "FoundThingKind",
    "FoundThings",
    "GetPaperLanguageType0",
    "GoodsCode",
    "HeadlinePart",
    "HistoryPage",
    "IncidentDocument",
    "JudgedAnswer",
    "KeyDocument",
    "KeyPage",
    "LinkDocument",
    "LinkToParent",
    "ListCasesStateType0",
    "ListEventsStatusType0",
    "ListTasksSort",
    "MemberView",
    "MemberViewPage",
    "MessageView",
    "MessageViewPage",
    "MoneyInput",
    "MoneyOutput",
    "MoneyView",
    "MoneyViewPage",
    "MovementView",
    "MovementViewPage",
    "NewAccount",
    "NewAccountLanguage",
    "NewAccountRoles",
    "NewBins",
    "NewComment",
    "NewDraft",
    "NewDraftForm",
    "NewKey",
    "NewKeyDocument",
    "NewProduct",
    "NewProducts",
    "NewSecret",
    "OpeningHours",
    "Paper",
    "PaperDocument",
    "PapersWanted",
    "PaperView",
    "PartnerView",
    "PartnerViewPage",
    "PartyDocument",
    "PartyKind",
    "PaymentView",
    "PriceView",
    "PrintPapersLanguageType0",
    "ProblemDocument",
    "ProcedureDocument",
    "ProcedureDocumentDeadlinesItem",
    "ProcedureDocumentEffectsItem",
    "ProcedureDocumentForms",
    "ProcedureDocumentFormsAdditionalProperty",
    "ProcedureDocumentLinksItem",
    "ProcedureDocumentStagesItem",
    "ProcedureDocumentStartsItem",
    "ProcedureDocumentTitle",
    "ProcedureDocumentTransitionsItem",
    "ProcedureLine",
    "ProcedureLineTitle",
    "ProcedurePage",
    "ProductView",
    "ProductViewPage",
    "PurchaseLineView",
    "PurchaseView",
    "PurchaseViewPage",
    "Readiness",
    "ReadinessDatabase",
    "ReadinessStatus",
    "ReadinessTemporal",
    "ReadinessWorker",
    "Receipt",
    "RefEntry",
    "RefPage",
    "RefundView",
    "RequestDocument",
    "RequestDocumentStatus",
    "Resolution",
    "ResolutionData",
    "ResolutionDo",
    "RevisionDocument",
    "RevisionDocumentEffectsItem",
    "RevisionDocumentFormType0",
    "Role",
    "SecretDocument",
    "SessionDocument",
    "SessionPage",
    "SettledByHand",
    "Settlement",
    "SignedOut",
    "SignIn",
    "StageDocument",
    "StageLabel",
    "StockView",
    "StockViewPage",
    "StoreDocument",
    "StoreHours",
    "StoreLimits",
    "StoreLimitsTimes",
    "StoreProcedures",
    "StretchOfDays",
    "TaskCounts",
    "TaskCountsByProcedure",
    "TaskCountsByRole",
    "TaskDocument",
    "TaskDocumentKind",
    "TaskPage",
    "UnappliedEvents",
    "Verb",
    "WaitsForDocument",
    "WaitsForDocumentKind",
    "WaybillView",
    "WaybillViewPage",
)
