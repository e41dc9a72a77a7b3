"""`python -m marketplace.matching.evaluation_report`: both measures, printed and put into a page.

The page gets figures and names of channels and styles only; no text of any record.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from marketplace.matching.evaluation import Progress, evaluate_matching, evaluate_titles
from marketplace.matching.evaluation_figures import DEPTHS
from marketplace.matching.evaluation_files import read_demands, read_pairs, read_records
from marketplace.settings import Settings
from search.semantic import Encoders, load_encoders

BEGIN = "<!-- figures: written by make eval -->"
END = "<!-- end of figures -->"

Figures = dict[str, Any]


def measure(data: Path, encoders: Encoders, kept_in: Path, told: Progress) -> Figures:
    """The figures by name of the encoders that took part, none of them first, then each more."""
    demands = read_demands(data / "demands_dev.jsonl")
    patents = read_records(data / "patents_zh.jsonl")
    pairs = read_pairs(data / "chinaxiv_en_titles_dev.tsv")
    papers = read_records(data / "chinaxiv.jsonl")
    return {
        "matching": {
            " + ".join(one.name for one in part.used) or "none": evaluate_matching(
                demands, patents, part, kept_in, told
            )
            for part in _growing(encoders)
        },
        "titles": evaluate_titles(pairs, papers, encoders, kept_in, told),
    }


def _growing(encoders: Encoders) -> Iterator[Encoders]:
    for count in range(len(encoders.used) + 1):
        yield Encoders(encoders.used[:count], is_off=not count)


def as_markdown(figures: Figures) -> str:
    """All figures as Markdown."""
    return "\n".join(_lines(figures)) + "\n"


def _lines(figures: Figures) -> Iterator[str]:
    yield "### Demands"
    depths = " | ".join(f"@{depth}" for depth in DEPTHS)
    rule = "|---" * (len(DEPTHS) + 2) + "|"
    yield f"\n| encoders | {depths} | MRR@10 |\n{rule}"
    for encoders, own in figures["matching"].items():
        yield f"| {encoders} | {_with_bounds(own)} |"
    encoders, fullest = next(reversed(figures["matching"].items()))
    yield (
        f"\nRecall by depth, in brackets where 95 of 100 figures lie; {fullest['n']} demands, "
        f"{fullest['records']:,} records. What follows is with: {encoders}.\n"
    )
    yield f"| style | demands | {depths} |\n{rule}"
    for style, own in fullest["by_style"].items():
        yield f"| {style} | {own['n']} | {_row(own['recall'])} |"
    yield from _channels(fullest)
    titles = figures["titles"]
    yield f"\n### English titles, Chinese records\n\n| {depths} | MRR@10 |\n{rule[4:]}"
    yield f"| {_with_bounds(titles)} |"
    yield f"\n{titles['n']:,} titles, {titles['records']:,} records."
    yield from _channels(titles)


def _channels(figures: Figures) -> Iterator[str]:
    depths = " | ".join(f"@{depth}" for depth in DEPTHS)
    yield f"\n| channel | {depths} |\n{'|---' * (len(DEPTHS) + 1)}|"
    for name, variants in figures["channels"].items():
        for kind, shares in variants.items():
            yield f"| {kind if kind == 'without' else 'only'} {name} | {_row(shares)} |"
    yield f"| all together | {_row(figures['recall'])} |"


def _with_bounds(own: Figures) -> str:
    bounds = own["confidence"]
    cells = [_cell(own["recall"][str(depth)], bounds["recall"][str(depth)]) for depth in DEPTHS]
    return " | ".join([*cells, _cell(own["mrr10"], bounds["mrr10"])])


def _cell(figure: float, bounds: list[float]) -> str:
    return f"{figure:.3f} ({bounds[0]:.2f}–{bounds[1]:.2f})"


def _row(shares: dict[str, float]) -> str:
    return " | ".join(f"{shares[str(depth)]:.3f}" for depth in DEPTHS)


def write_into(page: Path, markdown: str) -> None:
    """Put the figures between the markers of a page; one without them stays as it is."""
    before, has_begin, rest = page.read_text("utf-8").partition(BEGIN)
    _old, has_end, after = rest.partition(END)
    if has_begin and has_end:
        page.write_text(f"{before}{BEGIN}\n\n{markdown}\n{END}{after}", "utf-8")


def main() -> None:
    """Measure, print as JSON, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the files")
    parser.add_argument("--page", type=Path, required=True, help="the page with the markers")
    arguments = parser.parse_args()
    settings = Settings()
    encoders = load_encoders(
        settings.encoder_folder, settings.has_semantic_search, os.cpu_count() or 1
    )

    def told(name: str, done: int, total: int) -> None:
        print(f"\r{name}: {done:,} / {total:,}", end="\n" if done == total else "", file=sys.stderr)

    figures = measure(arguments.data, encoders, settings.data_dir / "evaluation", told)
    print(json.dumps(figures, ensure_ascii=False, indent=1))
    write_into(arguments.page, as_markdown(figures))


if __name__ == "__main__":
    main()
