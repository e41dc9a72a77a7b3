"""The demonstration: an invented city with its organisations, projects, patents and results."""
