"""How quickly matching finds, among as many records and demands as a large city has."""
