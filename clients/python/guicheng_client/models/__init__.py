""" Contains all the data models used in inputs/outputs """

from .action import Action
from .action_document import ActionDocument
from .action_document_form import ActionDocumentForm
from .action_form_type_0 import ActionFormType0
from .add_file_files_body import AddFileFilesBody
from .alive import Alive
from .assignment import Assignment
from .bulk_action import BulkAction
from .bulk_action_form_type_0 import BulkActionFormType0
from .bulk_result import BulkResult
from .bulk_result_case_type_0 import BulkResultCaseType0
from .bulk_result_problem_type_0 import BulkResultProblemType0
from .bulk_results import BulkResults
from .case_document import CaseDocument
from .case_document_blocked import CaseDocumentBlocked
from .case_document_data import CaseDocumentData
from .case_document_state import CaseDocumentState
from .case_line import CaseLine
from .case_line_state import CaseLineState
from .case_page import CasePage
from .case_start import CaseStart
from .case_start_data import CaseStartData
from .claim_view import ClaimView
from .claim_view_page import ClaimViewPage
from .cloud_event import CloudEvent
from .cloud_event_data_type_0 import CloudEventDataType0
from .comment_document import CommentDocument
from .comment_page import CommentPage
from .deadline_document import DeadlineDocument
from .delivery import Delivery
from .disposition import Disposition
from .entry_result import EntryResult
from .entry_result_data import EntryResultData
from .entry_results import EntryResults
from .event_result import EventResult
from .event_result_results_item import EventResultResultsItem
from .event_result_status import EventResultStatus
from .event_results import EventResults
from .event_type_document import EventTypeDocument
from .event_type_document_data import EventTypeDocumentData
from .event_type_document_examples_item import EventTypeDocumentExamplesItem
from .event_type_page import EventTypePage
from .field_error import FieldError
from .file_document import FileDocument
from .file_page import FilePage
from .history_page import HistoryPage
from .incident_document import IncidentDocument
from .key_document import KeyDocument
from .key_page import KeyPage
from .link_document import LinkDocument
from .list_cases_state_type_0 import ListCasesStateType0
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
from .new_comment import NewComment
from .new_key import NewKey
from .new_key_document import NewKeyDocument
from .new_product import NewProduct
from .new_products import NewProducts
from .new_secret import NewSecret
from .paper_view import PaperView
from .partner_view import PartnerView
from .partner_view_page import PartnerViewPage
from .payment_view import PaymentView
from .price_view import PriceView
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
from .readiness import Readiness
from .readiness_database import ReadinessDatabase
from .readiness_status import ReadinessStatus
from .readiness_temporal import ReadinessTemporal
from .readiness_worker import ReadinessWorker
from .receipt import Receipt
from .refund_view import RefundView
from .request_document import RequestDocument
from .request_document_status import RequestDocumentStatus
from .resolution import Resolution
from .resolution_data import ResolutionData
from .resolution_do import ResolutionDo
from .revision_document import RevisionDocument
from .revision_document_effects_item import RevisionDocumentEffectsItem
from .revision_document_form_type_0 import RevisionDocumentFormType0
from .secret_document import SecretDocument
from .stage_document import StageDocument
from .stock_view import StockView
from .stock_view_page import StockViewPage
from .task_document import TaskDocument
from .task_page import TaskPage
from .waybill_view import WaybillView
from .waybill_view_page import WaybillViewPage

__all__ = (
    "Action",
    "ActionDocument",
    "ActionDocumentForm",
    "ActionFormType0",
    "AddFileFilesBody",
    "Alive",
    "Assignment",
    "BulkAction",
    "BulkActionFormType0",
    "BulkResult",
    "BulkResultCaseType0",
    "BulkResultProblemType0",
    "BulkResults",
    "CaseDocument",
    "CaseDocumentBlocked",
    "CaseDocumentData",
    "CaseDocumentState",
    "CaseLine",
    "CaseLineState",
    "CasePage",
    "CaseStart",
    "CaseStartData",
    "ClaimView",
    "ClaimViewPage",
    "CloudEvent",
    "CloudEventDataType0",
    "CommentDocument",
    "CommentPage",
    "DeadlineDocument",
    "Delivery",
    "Disposition",
    "EntryResult",
    "EntryResultData",
    "EntryResults",
    "EventResult",
    "EventResultResultsItem",
    "EventResults",
    "EventResultStatus",
    "EventTypeDocument",
    "EventTypeDocumentData",
    "EventTypeDocumentExamplesItem",
    "EventTypePage",
    "FieldError",
    "FileDocument",
    "FilePage",
    "HistoryPage",
    "IncidentDocument",
    "KeyDocument",
    "KeyPage",
    "LinkDocument",
    "ListCasesStateType0",
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
    "NewComment",
    "NewKey",
    "NewKeyDocument",
    "NewProduct",
    "NewProducts",
    "NewSecret",
    "PaperView",
    "PartnerView",
    "PartnerViewPage",
    "PaymentView",
    "PriceView",
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
    "Readiness",
    "ReadinessDatabase",
    "ReadinessStatus",
    "ReadinessTemporal",
    "ReadinessWorker",
    "Receipt",
    "RefundView",
    "RequestDocument",
    "RequestDocumentStatus",
    "Resolution",
    "ResolutionData",
    "ResolutionDo",
    "RevisionDocument",
    "RevisionDocumentEffectsItem",
    "RevisionDocumentFormType0",
    "SecretDocument",
    "StageDocument",
    "StockView",
    "StockViewPage",
    "TaskDocument",
    "TaskPage",
    "WaybillView",
    "WaybillViewPage",
)
