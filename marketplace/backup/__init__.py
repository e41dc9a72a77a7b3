"""One file that holds a market, and the way back from it."""
