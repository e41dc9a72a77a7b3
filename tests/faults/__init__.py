"""What happens when everything is killed: run by hand with ``make faults``."""
