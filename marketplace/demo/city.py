"""The divisions of the invented city of 云岫, as items of the code list ``division``.

The 99 at the beginning of the codes is used by no real province (GB/T 2260).
"""

from __future__ import annotations

from typing import Any

DIVISIONS: tuple[dict[str, Any], ...] = tuple(
    {"code": code, "name": {"zh": zh, "en": en}, "extra": {"is_demo": True}}
    for code, zh, en in (
        ("990101", "云岫市", "Yunxiu City"),
        ("990102", "临溪区", "Linxi District"),
        ("990103", "望岚区", "Wanglan District"),
        ("990104", "砚台区", "Inkstone District"),
        ("990105", "松浦区", "Songpu District"),
        ("990181", "青禾县", "Qinghe County"),
        ("990172", "云岫高新区", "Yunxiu Hi-tech Zone"),
        ("990173", "云岫空港区", "Yunxiu Airport Zone"),
    )
)
