"""Whatever is recorded in the audit trail has words in both languages."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import marketplace
from marketplace.oversight.action_names import ACTIONS
from marketplace.oversight.wording import SUBJECTS
from tests.functional.security.tables import state_tables

ROOT = Path(marketplace.__path__[0])
# Name of a function and where its action and the kind of its subject stand.
RECORDING = {"record_audit": (2, 3), "_record_audit": (2, 3), "audit_values": (1, 2)}
HANDED_ON = {"marketplace.core.audit", "marketplace.core.states"}
"""Modules that record what others name."""


def recorded(place: int) -> Iterator[tuple[str, str]]:
    """Where something is recorded, and each name that stands there: of acts or of subjects."""
    for path in sorted(ROOT.rglob("*.py")):
        name = ".".join(("marketplace", *path.relative_to(ROOT).with_suffix("").parts))
        tree = ast.parse(path.read_text("utf-8"))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            places = RECORDING.get(getattr(call.func, "id", ""))
            if places is None or name in HANDED_ON:
                continue
            for value in values_of(call.args[places[place]], tree, name):
                yield f"{name}:{call.lineno}", value


def values_of(node: ast.expr, tree: ast.Module, module_name: str) -> Iterator[str]:
    """The texts that an argument may be: a text, a constant, or what a variable is set to."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from values_of(node.body, tree, module_name)
        yield from values_of(node.orelse, tree, module_name)
    elif isinstance(node, ast.Name):
        module: ModuleType = importlib.import_module(module_name)
        if isinstance(found := getattr(module, node.id, None), str):
            yield found
        for one in ast.walk(tree):
            if isinstance(one, ast.Assign) and getattr(one.targets[0], "id", "") == node.id:
                yield from values_of(one.value, tree, module_name)


def test_every_act_that_is_recorded_anywhere_has_words() -> None:
    found = {action: where for where, action in recorded(0)}
    for kind, table in state_tables().items():
        found |= {row.action: kind for row in table.transitions}
    assert len(found) > 15
    lines = [f'"{act}": _l("…"),  # {where}' for act, where in found.items() if act not in ACTIONS]
    assert not lines, "add to ACTIONS in marketplace/oversight/wording.py:\n" + "\n".join(lines)


def test_every_kind_of_subject_that_is_recorded_anywhere_has_words() -> None:
    found = {kind for _where, kind in recorded(1)} | set(state_tables())
    lacking = sorted(found - set(SUBJECTS))
    assert not lacking, f"add to SUBJECTS in marketplace/oversight/wording.py: {lacking}"


def test_words_belong_to_something_that_is_recorded() -> None:
    paths = [path for path in ROOT.rglob("*.py") if path.name != "wording.py"]
    text = "\n".join(path.read_text("utf-8") for path in paths)
    assert [act for act in ACTIONS if f'"{act}"' not in text] == []
