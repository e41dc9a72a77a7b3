"""Whom the connection to Elasticsearch trusts, and after how many late answers it waits."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from elasticsearch import ConnectionTimeout

from search.engines.base import EngineUnavailable
from search.engines.elastic_connection import Connection
from tests.contract.sample import SCHEMA


class Node(BaseHTTPRequestHandler):
    """Answers as a node of Elasticsearch that has nothing to say."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1, with its key, that is its own authority."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl here")
    path = tmp_path / "node.pem"
    words = ["req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=node", "-newkey", "ec"]
    words += ["-pkeyopt", "ec_paramgen_curve:prime256v1", "-addext", "subjectAltName=IP:127.0.0.1"]
    words += ["-keyout", str(path), "-out", f"{path}.crt"]
    subprocess.run(["openssl", *words], check=True, capture_output=True)
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


@pytest.fixture
def address(certificate: Path) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with ThreadingHTTPServer(("127.0.0.1", 0), Node) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"https://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_certificate_that_the_machine_trusts_is_enough(
    address: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Connection(address, SCHEMA, 10).talking() as client:
        assert client.info().body == {}


def test_any_other_is_refused(address: str) -> None:
    with pytest.raises(EngineUnavailable), Connection(address, SCHEMA, 10).talking() as client:
        client.info()


@pytest.mark.parametrize(
    ("late", "is_paused"), [([1, 1, 1], True), ([2, 2], False), ([2, 2, 1], True)]
)
def test_answers_that_are_late_beside_each_other_count_as_one(
    late: list[int], is_paused: bool
) -> None:
    connection = Connection("http://127.0.0.1:9", SCHEMA, 10)

    def ask(beside: int) -> None:
        with suppress(EngineUnavailable), connection.talking():
            if beside > 1:
                ask(beside - 1)
            raise ConnectionTimeout("late")

    for beside in late:
        ask(beside)
    try:
        with connection.talking():
            pass
    except EngineUnavailable:
        assert is_paused
    else:
        assert not is_paused
