"""Figures in running text ("85D以上", "≤ 3 dB", "降本20%"), and whether one meets another."""

from marketplace.matching.numbers.comparing import Verdict, compare
from marketplace.matching.numbers.figures import Figure
from marketplace.matching.numbers.indicators import figure_of_indicator
from marketplace.matching.numbers.reading import read_figures

__all__ = ["Figure", "Verdict", "compare", "figure_of_indicator", "read_figures"]
