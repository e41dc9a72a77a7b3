"""Meaning as vectors: encoders behind one interface, and where their vectors are kept.

What a market does with the vectors belongs to the market; how words are found, to the engines.
"""

from search.semantic.base import Encoder, EncoderUnusable, Vectors
from search.semantic.loading import Encoders, load_encoders
from search.semantic.store import VectorFiles, VectorsInMemory, VectorStore, encode_once

__all__ = [
    "Encoder",
    "EncoderUnusable",
    "Encoders",
    "VectorFiles",
    "VectorStore",
    "Vectors",
    "VectorsInMemory",
    "encode_once",
    "load_encoders",
]
