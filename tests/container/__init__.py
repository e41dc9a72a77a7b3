"""The image's own lines, run without Docker: ``make container-lines``."""
