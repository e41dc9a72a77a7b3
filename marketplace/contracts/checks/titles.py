"""What a contract is about, however its title was worded, and which part of a whole it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from marketplace.contracts.checks.names import pairs_of, shared_pairs
from marketplace.core.identifiers.characters import half_width

_NUMBER = r"[一二三四五六七八九十百\d]{1,5}"
_LETTER = r"[a-z甲乙丙丁戊己庚辛]"
_PARTS = (
    re.compile(rf"\((第?(?:{_NUMBER}|[ivx]{{1,4}}|{_LETTER})(?:期|阶段|标段|标|批次?|部分|包)?)\)"),
    re.compile(r"((?:订单|合同|项目|编号|no\.?)[a-z\d-]*\d+号?)"),
    re.compile(
        rf"(第?(?:{_NUMBER}|{_LETTER})(?:期|阶段|标段|标包|子?标(?![准注识定])|批次|批|部分|子项|分册|包(?!装)|号|年度?|季度|月份?))"
    ),
    re.compile(rf"((?:子?课题|任务|专题|子项目?|模块|包件?){_NUMBER})"),
    re.compile(rf"[-_#之]({_NUMBER}|{_LETTER})$"),
    re.compile(r"([上下]半年度?|[上下]篇|首期|末期|[上下]期)"),
    re.compile(r"(?<![v.\d])(\d{1,4})$"),
)
_WRAPPING = re.compile(
    r"^(?:关于)+|(?:的?(?:项目|技术|补充)?(?:合同|协议|协议书|合同书|委托书)|的?项目|v\d+(?:\.\d+)*)+$"
)
_NOT_WORDS = re.compile(r"[\W_]+")
_FRAMEWORK = re.compile(r"框架|订单")
_GENERIC = re.compile(
    r"技术|委托|合作|开发|研发|研究|研制|服务|咨询|转让|许可|专利|实施|使用|普通|独占|检测|测试|软件|项目"
    r"|合同|协议|书|横向|课题|科研|的"
)
_DIGITS = str.maketrans("一二三四五六七八九甲乙丙丁戊", "12345678912345")


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A title as it is compared.

    ``stem`` is without brackets, 关于…的合同 and part numbers; ``parts`` are those numbers;
    ``is_order`` tells that it is one order of a framework, each for a job of its own;
    ``is_generic`` that it names a kind of contract and no subject.
    """

    title: str
    stem: str
    parts: frozenset[str]
    pairs: frozenset[str]
    is_order: bool
    is_generic: bool


@lru_cache(maxsize=100_000)
def subject(title: str) -> Subject:
    """Read a title once."""
    text = "".join(half_width(title).split()).lower()
    parts: list[str] = []
    for pattern in _PARTS:
        parts += [found[1].strip("第").translate(_DIGITS) for found in pattern.finditer(text)]
        text = pattern.sub("", text)
    bare = _NOT_WORDS.sub("", text)
    stem = _WRAPPING.sub("", _WRAPPING.sub("", bare)) or bare
    return Subject(
        title=title.strip(),
        stem=stem,
        parts=frozenset(parts),
        pairs=pairs_of(stem),
        is_order=bool(_FRAMEWORK.search(title)),
        is_generic=not _GENERIC.sub("", stem),
    )


def likeness(one: Subject, other: Subject) -> float:
    """How much two titles have in common, part numbers aside: 0 nothing, 1 the same words."""
    return 1.0 if one.stem == other.stem else shared_pairs(one.pairs, other.pairs)


def are_other_parts(one: Subject, other: Subject) -> bool:
    """Whether both titles say which part they are, and not the same one."""
    return bool(one.parts and other.parts) and one.parts != other.parts
