"""Files of trusted documents, and by which names their documents are found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.process.settings import Settings
from domain.process.stored_texts import digest_of
from graph.execution.documents import Documents
from graph.execution.trusted_documents import NoDocuments, TrustedDocuments, faults, read_documents
from graph.schema.build import schema

GOOD = "query Events { events(first: 10) { nodes { id name } } }"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("[", "it is not JSON"),
        ("[]", "it must be a JSON object of documents by their ids, with at least one"),
        ("{}", "with at least one"),
        (json.dumps({"": GOOD}), "ids must have 1 to 256 characters"),
        ('{"a1": 5}', "document a1: must be the text of a GraphQL document"),
        ('{"a1": " "}', "document a1: must be the text of a GraphQL document"),
        (json.dumps({"sha256:a1": GOOD}), "document sha256:a1: is not named by the SHA-256 of its text"),
    ],
)
def test_a_file_of_another_shape_is_refused_in_words(tmp_path: Path, content: str, fault: str) -> None:
    file = tmp_path / "documents.json"
    file.write_text(content)
    with pytest.raises(NoDocuments, match=fault):
        read_documents(file)


def test_so_is_none(tmp_path: Path) -> None:
    with pytest.raises(NoDocuments, match="No such file"):
        read_documents(tmp_path / "none")


COMPILED = {
    "graphql-codegen": {
        "sha256:a3b6b5349ce48c51abc3a3f620117eae1aa207c63efba4cbfc4118ed9b388f3c": (
            "subscription Watch($id: ID!) { seatAvailability(eventId: $id) { version } }"
        )
    },
    "relay": {
        "99da890b32d6c7a982c63f2741c6483b": (
            "subscription AppSubscription(\n  $id: ID!\n) {\n  seatAvailability(eventId: $id) {\n    version\n  }\n}\n"
        )
    },
}
"""What client-preset 6.2.0 and relay-compiler 21.0.1 have written."""


@pytest.mark.parametrize("compiled", COMPILED.values(), ids=COMPILED)
def test_files_of_compilers_are_good(tmp_path: Path, compiled: dict[str, str]) -> None:
    file = tmp_path / "documents.json"
    file.write_text(json.dumps(compiled))
    texts = read_documents(file)
    assert list(faults(Documents(schema._schema, Settings.model_construct()), texts)) == []
    for name, text in compiled.items():
        hashed = f"sha256:{digest_of(text)}"
        assert [TrustedDocuments(texts).text(each) for each in (name, hashed, digest_of(text))] == [text] * 3


def test_a_document_has_its_id_and_its_hash_as_names() -> None:
    trusted = TrustedDocuments({"a1": GOOD})
    digest = digest_of(GOOD)
    assert [trusted.text(name) for name in ("a1", digest, f"sha256:{digest}", "b2")] == [GOOD, GOOD, GOOD, None]
    assert (trusted.has(GOOD), trusted.has(GOOD + " ")) == (True, False)


def test_good_ones_are_never_prepared_again() -> None:
    documents = Documents(schema._schema, Settings.model_construct())
    assert list(faults(documents, {"a1": GOOD})) == []
    for number in range(20):
        documents.prepare(f"{{ viewer {{ id }} }} # {number:016000}")  # these push others out
    prepared = documents.remembered(GOOD)
    assert prepared is not None
    assert prepared.document is not None
