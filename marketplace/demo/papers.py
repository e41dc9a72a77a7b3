"""A page that says of itself what document it stands for (PDF 1.4, ISO 32000-1 part 7.5)."""

from __future__ import annotations

LICENCE = "Demonstration: this stands for a business licence."
REPORT = "Demonstration: this stands for the full text of a report."
CONTRACT = "Demonstration: this stands for the text of a technology contract."
EVIDENCE = "Demonstration: this stands for the contract that proves a conversion."


def paper(text: str) -> bytes:
    """One page of PDF that says ``text``, in ASCII without parentheses."""
    shown = f"BT /F1 14 Tf 40 150 Td ({text}) Tj ET".encode()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 460 300]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(shown), shown),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    body = b"%PDF-1.4\n"
    places = []
    for number, one in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, one)
    size = len(objects) + 1
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end
