"""Files into the catalogue: read in batches, saved, resumed where they were interrupted.

How a row is read belongs to ``inputs``, how it is stored to ``saving``.
"""

from marketplace.catalogue.importing.report import ImportReport, Progress
from marketplace.catalogue.importing.run import import_file, import_into
from marketplace.catalogue.importing.target import Target, catalogue_target

__all__ = ["ImportReport", "Progress", "Target", "catalogue_target", "import_file", "import_into"]
