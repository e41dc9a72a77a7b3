"""What fits a demand, and why: candidates, their order, and the reasons that are shown."""
