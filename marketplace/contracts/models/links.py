"""What a contract is about: results, patents and funded projects of the catalogue."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.catalogue.models import Patent, Project, Result
from marketplace.contracts.models.contract import Contract
from marketplace.core.db import Base


class ContractResult(Base):
    """A result that the contract transfers, licenses or develops further."""

    __tablename__ = "contract_result"

    contract_id: Mapped[int] = mapped_column(
        ForeignKey(Contract.id, ondelete="CASCADE"), primary_key=True
    )
    result_id: Mapped[int] = mapped_column(ForeignKey(Result.id), primary_key=True, index=True)


class ContractPatent(Base):
    """A patent that the contract transfers or licenses."""

    __tablename__ = "contract_patent"

    contract_id: Mapped[int] = mapped_column(
        ForeignKey(Contract.id, ondelete="CASCADE"), primary_key=True
    )
    patent_id: Mapped[int] = mapped_column(ForeignKey(Patent.id), primary_key=True, index=True)


class ContractProject(Base):
    """A funded project out of which the contract comes."""

    __tablename__ = "contract_project"

    contract_id: Mapped[int] = mapped_column(
        ForeignKey(Contract.id, ondelete="CASCADE"), primary_key=True
    )
    project_id: Mapped[int] = mapped_column(ForeignKey(Project.id), primary_key=True, index=True)
