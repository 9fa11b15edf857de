"""Sends the requests of a .http file as an editor with REST Client does."""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path
from typing import Any

import httpx

_REQUEST = re.compile(r"^# @name (\w+)\nPOST \{\{url\}\}\n(.*?)\n\n(\{\n.*?^\}\n)", re.MULTILINE | re.DOTALL)
_ANSWERED = re.compile(r"\{\{(\w+)\.response\.body\.\$\.([\w.]+)\}\}")


def send_all(file: Path, url: str) -> list[tuple[str, Any]]:
    """Each request's name and what it was answered, in order."""
    answers: dict[str, Any] = {}

    def answered(found: re.Match[str]) -> str:
        value = answers[found[1]]
        for name in found[2].split("."):
            value = value[name]
        return str(value)

    with httpx.Client(verify=False, timeout=30) as client:
        for name, headers, body in _REQUEST.findall(file.read_text()):
            guid = str(uuid.uuid4())
            head, sent = (_ANSWERED.sub(answered, text).replace("{{$guid}}", guid) for text in (headers, body))
            fields = dict(line.split(": ", 1) for line in head.splitlines())
            answers[name] = client.post(url, json=json.loads(sent), headers=fields).json()
    return [*answers.items()]
