"""Tables of technology contracts, of their history, and of the ledger."""

from marketplace.contracts.models.batch import ContractBatch
from marketplace.contracts.models.contract import Contract, ContractFormerNumber, ContractVersion
from marketplace.contracts.models.course import (
    ContractObjection,
    ContractOpinion,
    ContractReceipt,
)
from marketplace.contracts.models.flag import ContractFlag, ContractKey, FlaggedContract
from marketplace.contracts.models.ledger import DIMENSIONS, LedgerEntry, LedgerSum
from marketplace.contracts.models.links import ContractPatent, ContractProject, ContractResult
from marketplace.contracts.models.reconciliation import (
    ReconciliationDifference,
    ReconciliationRow,
    ReconciliationRun,
)
from marketplace.contracts.models.sent_file import SentFile, SentFileIssue

__all__ = [
    "DIMENSIONS",
    "Contract",
    "ContractBatch",
    "ContractFlag",
    "ContractFormerNumber",
    "ContractKey",
    "ContractObjection",
    "ContractOpinion",
    "ContractPatent",
    "ContractProject",
    "ContractReceipt",
    "ContractResult",
    "ContractVersion",
    "FlaggedContract",
    "LedgerEntry",
    "LedgerSum",
    "ReconciliationDifference",
    "ReconciliationRow",
    "ReconciliationRun",
    "SentFile",
    "SentFileIssue",
]
