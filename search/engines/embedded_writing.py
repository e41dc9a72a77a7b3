"""The one writer of a generation of the embedded engine.

Who may write when is decided by `embedded` with the locks of `embedded_generations`.
"""

from collections.abc import Iterable, Iterator, Mapping

import tantivy

from search.documents import Document, Schema
from search.engines.embedded_generations import Generations, Lock
from search.engines.embedded_schema import tantivy_document
from search.engines.stored import ID, VERSION

_HEAP = 64_000_000
"""Bytes that a writer collects before it writes a segment."""


class EmbeddedGeneration:
    """A tantivy index that is open for writing. One thread writes; the caller holds the lock.

    `is_answering`: readers use it, so every batch is committed. A generation under construction
    is worth nothing until it is complete, and is committed once: a commit a batch makes many small
    segments, and merging them took a third of the time.
    """

    def __init__(
        self,
        generations: Generations,
        schema: Schema,
        name: str,
        lock: Lock,
        is_answering: bool = False,
    ) -> None:
        self.name = name
        self._generations = generations
        self._schema = schema
        self._lock = lock
        self._is_answering = is_answering
        self._index = tantivy.Index.open(str(generations.path(name)))
        _register_tokenizer(self._index)
        self._writer: tantivy.IndexWriter | None = self._index.writer(_HEAP, 1)

    def apply(
        self, upserts: Iterable[Document] = (), deletes: Mapping[str, int] | None = None
    ) -> int:
        """See `base.Writer.apply`. Versions are not compared: the lock keeps older ones out."""
        writer = self._open_writer()
        touched = 0
        # All are made ready first, so that a document that can't be stored leaves nothing behind.
        ready = [(document.id, tantivy_document(self._schema, document)) for document in upserts]
        for document_id in deletes or ():
            writer.delete_documents_by_term(ID, document_id)
            touched += 1
        for document_id, stored in ready:
            writer.delete_documents_by_term(ID, document_id)
            writer.add_document(stored)
            touched += 1
        if self._is_answering:
            writer.commit()
        return touched

    def versions(self) -> Iterator[tuple[str, int]]:
        """See `base.Generation.versions`."""
        self._open_writer().commit()
        self._index.reload()
        return versions_of(self._index.searcher())

    def settle(self) -> None:
        """Commit and finish merging, without the locks that others wait for; stay open."""
        self.finish()
        self._writer = self._index.writer(_HEAP, 1)

    def finish(self) -> None:
        """Commit, finish merging and close the writer; the lock stays held."""
        if self._writer is not None:
            self._writer.commit()
            # A writer that goes away without this leaves ever more small segments behind.
            self._writer.wait_merging_threads()
            self._writer = None

    def discard(self) -> None:
        """Forget what is not committed, so that the next writer can begin."""
        if self._writer is not None:
            self._writer.rollback()
            self._writer = None

    def release(self) -> None:
        """Release the lock."""
        self._lock.release()

    def abandon(self) -> None:
        """See `base.Generation.abandon`."""
        self._writer = None
        if self.name != self._generations.current():
            self._generations.drop(self.name)
        self._lock.release()

    def _open_writer(self) -> tantivy.IndexWriter:
        if self._writer is None:
            raise ValueError("the generation is closed")
        return self._writer


def versions_of(searcher: tantivy.Searcher) -> Iterator[tuple[str, int]]:
    """The id and version of every document of a commit."""
    total = searcher.num_docs
    if not total:
        return
    for _, address in searcher.search(tantivy.Query.all_query(), total, count=False).hits:
        document = searcher.doc(address)
        yield str(document.get_first(ID)), int(document.get_first(VERSION) or 0)


def _register_tokenizer(index: tantivy.Index) -> None:
    splitter = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("whitespace", splitter)
