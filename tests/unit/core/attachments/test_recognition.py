"""What a file is, told by its content."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.attachments.problems import UploadRefused
from marketplace.core.attachments.recognition import recognise
from tests.unit.core.attachments.contents import (
    JPEG,
    PDF,
    WEBP,
    WORKBOOK_WITH_MACROS,
    office,
    png,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'


def ending_of(content: bytes) -> str:
    return recognise(io.BytesIO(content)).ending


def refusal_of(content: bytes) -> UploadRefused:
    with pytest.raises(UploadRefused) as caught:
        recognise(io.BytesIO(content))
    return caught.value


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (PDF, ".pdf"),
        (png(), ".png"),
        (JPEG, ".jpg"),
        (JPEG + b"SEFT what telephones add", ".jpg"),
        (WEBP, ".webp"),
        (office("docx"), ".docx"),
        (office("xlsx"), ".xlsx"),
        (office("pptx"), ".pptx"),
    ],
)
def test_what_is_accepted_is_told_apart(content: bytes, ending: str) -> None:
    assert ending_of(content) == ending


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"MZ\x90\0" + bytes(200), "not_accepted", "Windows 程序"),
        (b"\x7fELF" + bytes(200), "not_accepted", "程序"),
        (b"#!/bin/sh\nrm -rf /\n", "not_accepted", "脚本"),
        (b"<html><script>alert(1)</script>", "not_accepted", "网页"),
        (b"\xef\xbb\xbf  <!DOCTYPE html>", "not_accepted", "网页"),
        ("<html>".encode("utf-16"), "not_accepted", "网页"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "not_accepted", "网页"),
        (b"words first <script>alert(1)</script>", "not_accepted", "网页"),
        (b"<html>\n" + PDF, "not_accepted", "网页"),
        (b"%PDF-1.7\n<html><script>alert(1)</script>" + PDF, "not_accepted", "装成 PDF 的网页"),
        (b"GIF89a" + bytes(40), "not_accepted", "GIF"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "not_accepted", "HEIC"),
        (b"\0\0\0\x18ftypmp42" + bytes(40), "not_accepted", "视频"),
        (b"name,amount\n", "not_accepted", "文字"),
        (OLE, "old_office", "另存为 DOCX"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password", "密码"),
        (b"", "empty", "空的"),
        (b"\0 \n", "empty", "空的"),
        (PDF[:-8], "damaged", "不完整"),
        (b"%PDF-x", "damaged", "不完整"),
        (png()[:-4], "damaged", "不完整"),
        (png() + b"PK\x03\x04more", "damaged", "不完整"),
        (png(0, 5), "damaged", "不完整"),
        (png(70_000, 5), "damaged", "不完整"),
        (b"\x89PNG\r\n\x1a\n<script>", "damaged", "不完整"),
        (JPEG[:-2], "damaged", "不完整"),
        (b"\xff\xd8\xff\xe0", "damaged", "不完整"),
        (WEBP + b"more", "damaged", "不完整"),
    ],
)
def test_everything_else_is_refused_by_name(
    core_app: Flask, content: bytes, code: str, words: str
) -> None:
    refused = refusal_of(content)
    assert refused.code == code
    assert words in str(refused)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (office("docx", {"word/vbaProject.bin": b"x"}), "macros"),
        (office("xlsx", {"XL/VBAPROJECT.BIN": b"x"}), "macros"),
        (office("xlsx", {"xl/macrosheets/sheet1.xml": b"<x/>"}), "macros"),
        (office("docx", {"word/activeX/activeX1.xml": b"<x/>"}), "macros"),
        (office("pptx", {"ppt/embeddings/setup.EXE": b"MZ"}), "macros"),
        (office("xlsx", content_type=WORKBOOK_WITH_MACROS), "macros"),
        (office("docx", {"word/document.xml": ENTITY}), "xml_entities"),
        (office("docx", {"word/document.xml": ENTITY.decode().encode("utf-16")}), "xml_entities"),
        (office("docx", {"word/_rels/document.xml.rels": ENTITY}), "xml_entities"),
        (office("docx", {"word/document.xml": bytes(9_000_000)}), "zip_bomb"),
        (office("docx", {"xl/a.xml": b"", "[Content_Types].xml": b"<Types/>"}), "not_accepted"),
        (office("docx", {"mimetype": b"", "content.xml": b"", "[Content_Types].xml": b""}),
         "not_accepted"),
        (office("docx", content_type="text/plain"), "not_accepted"),
        (office("docx")[:-30], "damaged"),
        (b"PK\x03\x04" + bytes(100), "damaged"),
    ],
)  # fmt: skip
def test_an_office_document_holds_nothing_that_acts(
    core_app: Flask, content: bytes, code: str
) -> None:
    assert refusal_of(content).code == code


def test_a_document_that_lies_about_its_size_is_unpacked_only_so_far(core_app: Flask) -> None:
    content = bytearray(office("docx", {"word/media/a.bin": bytes(9_000_000)}))
    real, told = (9_000_000).to_bytes(4, "little"), (5_000).to_bytes(4, "little")
    assert refusal_of(bytes(content).replace(real, told)).code == "zip_bomb"


@given(st.binary(max_size=300), st.sampled_from([b"", PDF, png(), JPEG, WEBP, office("docx")]))
def test_any_bytes_are_taken_or_refused_with_a_sentence(tail: bytes, start: bytes) -> None:
    try:
        kind = recognise(io.BytesIO(start[: len(tail)] + tail))
    except UploadRefused:
        return
    assert kind.media_type
