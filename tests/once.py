"""What every application of a test run would compile again is compiled once.

A test has an application of its own. Measured over the tests of posting and disclosure, two
fifths of their time went into compiling the same templates and the same addresses for each, and
of what was left, over those of members and saved things, a sixth into the same statements. Of the
whole suite an eighth went into reading the same code lists, a twentieth into reading translations.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable
from dataclasses import replace
from gettext import GNUTranslations
from types import CodeType
from typing import Any, ClassVar

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Map, Rule, RuleFactory
from werkzeug.routing.matcher import StateMachineMatcher

from marketplace.core import codelists
from marketplace.core.db import db

AUTOMATIC = "provide_automatic_options"


class SharedTemplates(BytecodeCache):
    """The code of templates, kept for all applications of the process under key and source."""

    kept: ClassVar[dict[tuple[str, str], CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template its code, where it was compiled before."""
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        if bucket.code is not None:
            self.kept[bucket.key, bucket.checksum] = bucket.code


class LateRule(Rule):
    """An address whose builder is compiled when the first link to it is made."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []
        compile_now = super()._compile_builder

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(compile_now(append_unknown))
            return compiled[0](rule, **values)

        return build


class SharedMap(Map):
    """Addresses that are bound when first asked for, once for all applications that have the same.

    An application that adds one later gets a map of its own.
    """

    kept: ClassVar[dict[Hashable, tuple[Any, Any]]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._given: list[Rule] = []
        self._is_bound = True
        super().__init__(*args, **kwargs)

    def add(self, rulefactory: RuleFactory) -> None:
        """Note a rule."""
        self._given += rulefactory.get_rules(self)
        self._is_bound = False

    def update(self) -> None:
        """Take the rules over from the first application that had them, or bind them."""
        with self._remap_lock:
            if not self._is_bound:
                self._bind_all()
                self._is_bound = True
        super().update()

    def _bind_all(self) -> None:
        key = (tuple(self.converters.items()), *map(_said_of, self._given))
        if key not in self.kept:
            self._matcher = StateMachineMatcher(self.merge_slashes)
            self._rules_by_endpoint = {}
            for rule in self._given:
                super().add(rule if rule.map is None else _copy_of(rule))
            self.kept[key] = (self._matcher, self._rules_by_endpoint)
        self._matcher, self._rules_by_endpoint = self.kept[key]


def _said_of(rule: Rule) -> Hashable:
    """All that tells one rule from another."""
    defaults = tuple(sorted((rule.defaults or {}).items()))
    return (
        *(rule.rule, rule.endpoint, frozenset(rule.methods or ()), defaults, rule.subdomain),
        *(rule.strict_slashes, rule.build_only, rule.redirect_to, rule.alias, rule.host),
        *(rule.websocket, rule.merge_slashes, getattr(rule, AUTOMATIC, None)),
    )


def _copy_of(rule: Rule) -> Rule:
    """The rule unbound; Flask keeps with it whether it answers OPTIONS by itself."""
    copy = rule.empty()
    setattr(copy, AUTOMATIC, getattr(rule, AUTOMATIC, None))
    return copy


def share_statements() -> None:
    """Let all SQLite engines of the process compile a statement once.

    A compiled statement is kept under its dialect, of which each engine has one of its own.
    """
    statements: LRUCache[Any, Any] = LRUCache(5_000)
    # Each engine would set one of its own.
    Engine._compiled_cache = property(lambda _: statements, lambda _, own: None)  # type: ignore[assignment]
    SQLiteDialect_pysqlite.__eq__ = lambda one, other: type(one) is type(other)  # type: ignore[assignment]
    SQLiteDialect_pysqlite.__hash__ = lambda one: hash(type(one))  # type: ignore[method-assign]


def share_translations() -> None:
    """Let all applications of the process parse a catalogue once, while its file stays as it is."""
    parse = GNUTranslations._parse  # type: ignore[attr-defined]
    parsed: dict[tuple[str, int, int], dict[str, Any]] = {}

    def parse_once(catalogue: GNUTranslations, file: Any) -> None:
        about = os.fstat(file.fileno())
        key = (file.name, about.st_mtime_ns, about.st_size)
        if key in parsed:
            vars(catalogue).update(parsed[key])
        else:
            parse(catalogue, file)
            parsed[key] = dict(vars(catalogue))

    GNUTranslations._parse = parse_once  # type: ignore[attr-defined]


def share_code_lists() -> None:
    """Let markets with the code lists of the present one share what is read of them here."""
    read = codelists._read
    fingerprint = codelists._fingerprint(db.session)
    content = read(db.session, 0, fingerprint)

    def read_once(session: Any, changes: int, found: tuple[Any, ...]) -> Any:
        if found == fingerprint:
            return replace(content, changes=changes)
        return read(session, changes, found)

    codelists._read = read_once


def share_compiled_parts() -> None:
    """Let applications made from now on share what they compile."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": SharedTemplates()}
    Flask.url_rule_class = LateRule
    Flask.url_map_class = SharedMap
    share_statements()
    share_translations()
