"""What can be put into the catalogue: one declaration a kind of record.

Imports, forms and templates all read these. How values are stored belongs to ``saving``.
"""

from marketplace.catalogue.inputs.declaration import (
    CleanRow,
    InputField,
    Issue,
    PartyRef,
    PersonRef,
    RecordInput,
    RecordRef,
)
from marketplace.catalogue.inputs.demand import DEMAND
from marketplace.catalogue.inputs.organisation import ORGANISATION
from marketplace.catalogue.inputs.patent import PATENT
from marketplace.catalogue.inputs.project import PROJECT
from marketplace.catalogue.inputs.result import RESULT

INPUTS: dict[str, RecordInput] = {
    declared.kind: declared for declared in (RESULT, PATENT, DEMAND, PROJECT, ORGANISATION)
}

__all__ = [
    "INPUTS",
    "CleanRow",
    "InputField",
    "Issue",
    "PartyRef",
    "PersonRef",
    "RecordInput",
    "RecordRef",
]
