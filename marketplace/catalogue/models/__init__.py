"""Tables of the catalogue, one module a kind of record."""

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models.contributor import Contributor
from marketplace.catalogue.models.demand import Demand, DemandOwner, NamedDemandOwner
from marketplace.catalogue.models.patent import Patent, PatentInventor, PatentOwner, PatentProject
from marketplace.catalogue.models.project import Project, ProjectOrganisation
from marketplace.catalogue.models.result import (
    Result,
    ResultContributor,
    ResultOwner,
    ResultPatent,
    ResultProject,
)

RECORD_MODELS: dict[str, type[Organisation | Project | Result | Patent | Demand]] = {
    "result": Result,
    "patent": Patent,
    "demand": Demand,
    "project": Project,
    "organisation": Organisation,
}

__all__ = [
    "RECORD_MODELS",
    "Contributor",
    "Demand",
    "DemandOwner",
    "NamedDemandOwner",
    "Organisation",
    "Patent",
    "PatentInventor",
    "PatentOwner",
    "PatentProject",
    "Project",
    "ProjectOrganisation",
    "Result",
    "ResultContributor",
    "ResultOwner",
    "ResultPatent",
    "ResultProject",
]
