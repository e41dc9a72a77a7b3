"""How the parts of the shelf are called on pages."""

from __future__ import annotations

from marketplace.core.web.wording import lazy_gettext as _l
from marketplace.shelf.models import Frequency

FREQUENCY_NAMES = {
    Frequency.OFF: _l("不提醒"),
    Frequency.AT_ONCE: _l("有了就提醒"),
    Frequency.DAILY: _l("每天早上 8 点"),
    Frequency.WEEKLY: _l("每周一早上 8 点"),
}
