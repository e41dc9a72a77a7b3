"""Classes of technology contracts: five since the Civil Code, four in the series before.

民法典 (in force 2021-01-01) art. 843–887 made the licence a class of its own; before, it was
counted under 技术转让. The exact day on which the register switched was not found, so the day of
the Civil Code stands for it. Which class a subtype belongs to says the code list.
"""

from __future__ import annotations

from datetime import date

from marketplace.core.codelists import find_item

FIVE_CLASSES_FROM = date(2021, 1, 1)
SUBTYPES = "contract_subtype"


def class_of(subtype: str, on: date | None) -> str:
    """The class under which a subtype is registered on a day; today's where the day is unknown."""
    item = find_item(SUBTYPES, subtype)
    if item is None:
        return ""
    key = "class_2001" if on is not None and on < FIVE_CLASSES_FROM else "class"
    return str(item.extra[key])
