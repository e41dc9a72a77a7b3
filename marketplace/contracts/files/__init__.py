"""Files of contracts that staff send: kept, read in slices, and what is wrong in their rows."""
