"""docs/examples/lifecycle.http: the requests of the tutorial, for editors that send them.

The form is that of REST Client for VS Code, which httpYac and others read, too: a request has a name, and later ones
take values from its answer.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"

HEAD = """\
# The requests of docs/tutorial.md, in their order: a sale from an event to its report.
# Made by `make docs`. Start `make run`, open this file in an editor with REST Client or httpYac, and send one after
# the other.

@url = http://127.0.0.1:8000/graphql
"""

_SECTION = re.compile(r"^## ([^\n]*)\n|^```bash\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
_FUNCTION = re.compile(r"^(\w+)\(\) \{\n(.*?)^\}\n", re.MULTILINE | re.DOTALL)
_STATEMENT = re.compile(
    r"""^[ ]*(?:
        (?:TOKEN=\$(?P<token>\w+)[ ])?
        gql[ ]'(?P<document>[^']*)'(?P<fragment>"\$\w+")?(?P<variables>(?:\s+\w+="[^"]*")*)
      | (?P<kept>\w+)=\$\(answer[ ](?P<path>[\w.]+)\)
      | (?P<name>\w+)=(?:'(?P<text>[^']*)'|\$(?P<other>\w+))
      | (?P<called>\w+)(?:[ ](?P<argument>\w+))?
    )$""",
    re.MULTILINE | re.VERBOSE,
)
_SHELL = re.compile(r"(?:\$RANDOM)+|\$(\w+)")


def lifecycle_collection() -> str:
    """The file. Raises KeyError where the tutorial says what this does not understand."""
    return HEAD + "".join(_Tour().requests(TUTORIAL.read_text(encoding="utf-8")))


class _Tour:
    """The tutorial's shell, as far as it has to be understood: what each variable is, and what each function does."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {"TOKEN": ""}
        self._functions: dict[str, str] = {}
        self._names: Counter[str] = Counter()
        self._last = ""

    def requests(self, page: str) -> Iterator[str]:
        heading = ""
        for section in _SECTION.finditer(page):
            heading = section[1] or heading
            if section[2] is not None:
                commands = _FUNCTION.sub(self._define, section[2])
                yield from self._run(commands, heading)

    def _define(self, function: re.Match[str]) -> str:
        if function[1] not in ("gql", "answer"):
            self._functions[function[1]] = function[2]
        return ""

    def _run(self, commands: str, heading: str) -> Iterator[str]:
        for said in _STATEMENT.finditer(commands):
            if said["document"] is not None:
                yield self._request(said, heading)
            elif said["kept"]:
                self._known[said["kept"]] = f"{{{{{self._last}.response.body.$.data.{said['path']}}}}}"
            elif said["name"]:
                self._known[said["name"]] = said["text"] if said["other"] is None else self._known[said["other"]]
            elif said["called"] in self._functions:
                self._known["1"] = said["argument"] or ""
                yield from self._run(self._functions[said["called"]], heading)

    def _request(self, said: re.Match[str], heading: str) -> str:
        fragment = self._known[said["fragment"].strip('"$')] if said["fragment"] else ""
        document = " ".join((said["document"] + fragment).split())
        (field, *_) = re.findall(r"\{ (\w+)", document)
        self._names[field] += 1
        self._last = field if self._names[field] == 1 else f"{field}{self._names[field]}"
        variables = dict(re.findall(r'(\w+)="([^"]*)"', said["variables"]))
        body = {"query": document, "variables": {name: self._expand(value) for name, value in variables.items()}}
        token = self._known[said["token"] or "TOKEN"]
        signed = f"Authorization: Bearer {token}\n" if token else ""
        head = f"\n### {heading}: {field}\n# @name {self._last}\nPOST {{{{url}}}}\nContent-Type: application/json\n"
        return f"{head}{signed}\n{json.dumps(body, indent=2)}\n"

    def _expand(self, value: str) -> str:
        return _SHELL.sub(lambda found: self._known[found[1]] if found[1] else "{{$guid}}", value)
