"""What a row of a contract register holds: its fields, how they are read, what must agree."""

from marketplace.contracts.inputs.contract import HISTORY_INPUT, HISTORY_NAME, INPUT, INPUT_NAME

__all__ = ["HISTORY_INPUT", "HISTORY_NAME", "INPUT", "INPUT_NAME"]
