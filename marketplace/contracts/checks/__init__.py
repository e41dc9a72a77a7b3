"""What is found before it is counted: each rule tells what agrees, and a person decides.

Pure functions over contracts; which contracts there are, and what was decided, is kept elsewhere.
"""

from marketplace.contracts.checks.candidates import keys_of
from marketplace.contracts.checks.finding import FAMILIES, Finding, explain
from marketplace.contracts.checks.rules import find_faults

__all__ = ["FAMILIES", "Finding", "explain", "find_faults", "keys_of"]
