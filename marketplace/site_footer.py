"""Settings of what the law wants under every page of a site in China, and who runs it.

非经营性互联网信息服务备案管理办法 art. 13: the ICP number, linked to the register of the ministry.
公安机关互联网站安全管理服务平台 wants its own number with a link to the entry.
"""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l
from pydantic import field_validator
from pydantic_settings import BaseSettings

PROVINCES = {
    "11": "京",
    "12": "津",
    "13": "冀",
    "14": "晋",
    "15": "蒙",
    "21": "辽",
    "22": "吉",
    "23": "黑",
    "31": "沪",
    "32": "苏",
    "33": "浙",
    "34": "皖",
    "35": "闽",
    "36": "赣",
    "37": "鲁",
    "41": "豫",
    "42": "鄂",
    "43": "湘",
    "44": "粤",
    "45": "桂",
    "46": "琼",
    "50": "渝",
    "51": "川",
    "52": "贵",
    "53": "云",
    "54": "藏",
    "61": "陕",
    "62": "甘",
    "63": "青",
    "64": "宁",
    "65": "新",
}
"""The first two digits of a division (GB/T 2260) and the province's short name."""
ICP_REGISTER = "https://beian.miit.gov.cn/"
POLICE_REGISTER = "https://beian.mps.gov.cn/#/query/webSearch?code="
LONGEST_LINE = 100
_ICP = re.compile(rf"[{''.join(PROVINCES.values())}]ICP备(?:\d{{8}}|\d{{10}})号(?:-\d{{1,3}})?")
_POLICE = re.compile(r"\d{14}")


class SiteFooter(BaseSettings):
    """What stands in the footer; what isn't set isn't shown."""

    icp_number: str = ""
    police_number: str = ""
    site_host: str = ""
    site_contact: str = ""

    @field_validator("icp_number")
    @classmethod
    def _check_icp_number(cls, text: str) -> str:
        number = "".join(text.split())
        if number and not _ICP.fullmatch(number):
            raise ValueError(
                _l("MARKET_ICP_NUMBER 应为网站的 ICP 备案号，例如 豫ICP备12345678号-1。")
            )
        return number

    @field_validator("police_number")
    @classmethod
    def _check_police_number(cls, text: str) -> str:
        number = "".join(text.split())
        if number and not (_POLICE.fullmatch(number) and number[:2] in PROVINCES):
            raise ValueError(
                _l(
                    "MARKET_POLICE_NUMBER 应为公安联网备案号里的 14 位数字，"
                    "开头两位是省份的代码，例如 41010202001234。"
                )
            )
        return number

    @field_validator("site_host", "site_contact")
    @classmethod
    def _check_line(cls, text: str) -> str:
        line = " ".join(text.split())
        if len(line) > LONGEST_LINE:
            raise ValueError(
                _l(
                    "MARKET_SITE_HOST 和 MARKET_SITE_CONTACT 各最多 %(most)s 个字。",
                    most=LONGEST_LINE,
                )
            )
        return line

    @property
    def police_line(self) -> str:
        """The number of the public security register as it has to be shown."""
        return f"{PROVINCES[self.police_number[:2]]}公网安备{self.police_number}号"

    @property
    def police_address(self) -> str:
        """Where that register tells of this site."""
        return POLICE_REGISTER + self.police_number

    @property
    def icp_address(self) -> str:
        """The ministry's register."""
        return ICP_REGISTER
