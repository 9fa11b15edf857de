"""`.env` in the current directory: settings for the commands that need them, where the environment has none."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from domain.process.setting_checks import PREFIX, no_such
from domain.process.settings import VARIABLES, SettingsError

ENV_FILE = "SEATLOCK_ENV_FILE"
"""Names another file; empty, none is read."""


@dataclass(frozen=True, slots=True)
class EnvFile:
    """The file that was read, and the variables that were taken from it."""

    name: str = ""
    variables: Sequence[str] = ()

    def explain(self, error: SettingsError) -> SettingsError:
        """The same error, with the file's name where a value it is about comes from there."""
        text = str(error)
        ours = [variable for variable in self.variables if re.search(rf"\b{variable}\b", text)]
        return SettingsError(f"{text} ({', '.join(ours)} from {self.name})") if ours else error


def load_env_file() -> EnvFile:
    """Put the settings of the file into this process's environment; what is there already stays.

    Child processes inherit them. Raises SettingsError for a file that cannot be read, and for a name in it that begins
    as settings do and is none: a typing error must not leave a default in force.
    """
    name = os.environ.get(ENV_FILE, ".env")
    text = _read(name) if name else ""
    there = {variable.upper() for variable in os.environ}  # pydantic does not mind the case either
    given = {variable: value for variable, value in _settings(name, text) if variable not in there}
    os.environ.update(given)
    return EnvFile(name, list(given))


def _read(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        if ENV_FILE in os.environ:
            raise SettingsError(f"{ENV_FILE}: there is no file {name}") from None
        return ""
    except OSError as error:
        raise SettingsError(f"{name} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{name} cannot be read: it is not UTF-8") from None


def _settings(name: str, text: str) -> Iterator[tuple[str, str]]:
    for binding in parse_stream(io.StringIO(text)):
        key = binding.key or ""
        if binding.error and PREFIX in binding.original.string.upper():
            raise _wrong(name, binding, "must be NAME=value")
        if not key.upper().startswith(PREFIX):
            continue
        if key not in VARIABLES:
            raise _wrong(name, binding, no_such(key, VARIABLES))
        if binding.value is None:
            raise _wrong(name, binding, f"{key} must be {key}=value")
        yield key, binding.value


def _wrong(name: str, binding: Binding, what: str) -> SettingsError:
    # What was read begins with the empty lines before it.
    blank = len(binding.original.string) - len(binding.original.string.lstrip("\n"))
    return SettingsError(f"{name}, line {binding.original.line + blank}: {what}")
