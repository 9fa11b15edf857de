"""What can be proved of docker-compose.yml and Dockerfile without an engine to run them."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer.main
import yaml

from domain.process.settings import PREFIX, Settings, load_settings
from ops.cli import app

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DEVELOPMENT = {name: service for name, service in SERVICES.items() if "profiles" in service}
DEPLOYED = {name: service for name, service in SERVICES.items() if "profiles" not in service}
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
VARIABLES = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}

DOCKERFILE = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
STAGES = [stage.strip().splitlines() for stage in re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]]
FINAL = STAGES[-1]

URLS = [
    (service, value)
    for service, settings in OURS.items()
    for value in settings["environment"].values()
    if value is not None and "://" in value
]


def instruction(word: str) -> list[str]:
    """The arguments of every such instruction of the final stage."""
    return [line.removeprefix(word).strip() for line in FINAL if line.startswith(f"{word} ")]


def written_out(text: str, **variables: str) -> str:
    """What Compose makes of `${NAME}` and `${NAME:-default}`."""
    return re.sub(r"\$\{(\w+)(?::-([^}]*))?\}", lambda found: variables.get(found[1]) or found[2] or "", text)


def test_the_services_are_these() -> None:
    assert set(DEPLOYED) == {"api", "worker", "database", "broker"}
    assert set(OURS) == {"api", "worker"}


def test_up_mongo_redis_starts_the_servers_of_development_and_up_alone_does_not() -> None:
    """A service that is named starts whatever its profile is."""
    assert set(DEVELOPMENT) == {"mongo", "redis"}
    assert not any("depends_on" in service for service in DEVELOPMENT.values())


def test_api_and_worker_are_one_image() -> None:
    assert {(service["image"], service["build"]) for service in OURS.values()} == {("seatlock", ".")}


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting(name: str) -> None:
    assert set(OURS[name]["environment"]) <= VARIABLES


@pytest.mark.parametrize("name", OURS)
def test_what_go_live_has_set_for_payments_and_mail_is_handed_through(name: str) -> None:
    go_live = (ROOT / "docs" / "how-to" / "go-live.md").read_text()
    named = {each for each in VARIABLES if each in go_live and re.search("PAYMENT|STRIPE|SMTP|PUBLIC", each)}
    assert named <= set(OURS[name]["environment"])
    assert named >= {"SEATLOCK_PAYMENT_ATTEMPTS", "SEATLOCK_PAYMENT_RETURN_URL"}


@pytest.mark.parametrize("name", OURS)
def test_every_setting_without_a_default_is_given(name: str) -> None:
    required = {f"{PREFIX}{n.upper()}" for n, field in Settings.model_fields.items() if field.is_required()}
    assert required <= set(OURS[name]["environment"])


@pytest.mark.parametrize("name", OURS)
def test_payments_and_mail_can_be_set_up(name: str) -> None:
    given = {variable.removeprefix(PREFIX) for variable, value in OURS[name]["environment"].items() if value is None}
    assert given >= {"STRIPE_SECRET_KEY", "WEBHOOK_SECRET", "SMTP_URL", "SMTP_FROM"}


def test_no_secret_is_in_the_file() -> None:
    from_outside = re.compile(r"\$\{\w+:-\}")
    for service in SERVICES.values():
        for variable, value in service.get("environment", {}).items():
            if re.search("KEY|SECRET|PASSWORD|TOKEN(?!_TTL)|AUTH", variable):
                assert value is None or from_outside.fullmatch(value), f"{variable} must come from outside"
            elif value is not None and "://" in value:
                password = re.search(r"//\w*:([^@]*)@", value)
                assert password is not None
                assert from_outside.fullmatch(password[1])


@pytest.mark.parametrize("name", OURS)
def test_what_a_deployment_behind_a_proxy_sets_is_handed_through(name: str) -> None:
    given = {variable.removeprefix(PREFIX) for variable, value in OURS[name]["environment"].items() if value is None}
    assert given >= {"METRICS_TOKEN", "TRUSTED_PROXIES", "ALLOWED_HOSTS"}


@pytest.mark.parametrize(("name", "url"), URLS)
def test_every_host_is_a_service_that_is_waited_for_on_its_own_port(name: str, url: str) -> None:
    parts = urlsplit(written_out(url))
    assert parts.hostname is not None
    assert parts.hostname in OURS[name]["depends_on"]
    assert parts.port == {"mongo:8": 27017, "redis:8": 6379}[DEPLOYED[parts.hostname]["image"]]


def test_the_settings_accept_what_the_file_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in OURS["api"]["environment"].items():
        if value is not None:
            monkeypatch.setenv(variable, written_out(value, MONGO_PASSWORD="a1", REDIS_PASSWORD="b2"))
    monkeypatch.setenv("SEATLOCK_SECRET_KEY", "x" * 32)
    settings = load_settings()
    assert settings.mongo_uri == "mongodb://seatlock:a1@database:27017/?replicaSet=rs0&authSource=admin"
    assert settings.redis_url == "redis://:b2@broker:6379/0"
    assert settings.payment_provider == "simulated"


@pytest.mark.parametrize("name", OURS)
def test_the_command_is_one_the_image_has(name: str) -> None:
    assert_parses(OURS[name]["command"])


def test_the_default_command_is_one_the_image_has() -> None:
    assert instruction("ENTRYPOINT") == ['["seatlock"]']
    assert_parses(yaml.safe_load(instruction("CMD")[0]))


def assert_parses(arguments: list[str]) -> None:
    """The command line knows the command and its options; nothing runs."""
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    command = group.commands[arguments[0]]
    command.make_context(arguments[0], list(arguments[1:]))


@pytest.mark.parametrize("name", sorted({*SERVICES} - {"api"}))
def test_every_other_service_has_a_health_check(name: str) -> None:
    test = SERVICES[name]["healthcheck"]["test"]
    assert test[0] == "CMD"
    if test[1] == "seatlock":
        assert_parses(test[2:])


def test_the_api_has_that_of_the_image() -> None:
    assert "healthcheck" not in SERVICES["api"]
    port = instruction("EXPOSE")[0]
    assert f"127.0.0.1:{port}/health" in instruction("HEALTHCHECK")[0]
    assert [written_out(published) for published in SERVICES["api"]["ports"]] == [f"127.0.0.1:{port}:{port}"]
    assert written_out(SERVICES["api"]["ports"][0], API_ADDRESS="0.0.0.0:80") == f"0.0.0.0:80:{port}"


@pytest.mark.parametrize("name", OURS)
def test_ours_wait_until_the_servers_are_healthy(name: str) -> None:
    assert OURS[name]["depends_on"] == {server: {"condition": "service_healthy"} for server in ("database", "broker")}


def test_mongo_is_a_replica_set_that_its_health_check_makes() -> None:
    mongo = SERVICES["database"]
    check = mongo["healthcheck"]["test"][-1]
    (replica_set,) = [part.removeprefix("--replSet=") for part in mongo["command"] if part.startswith("--replSet=")]
    assert f'rs.initiate({{ _id: "{replica_set}", members, settings }})' in check
    assert '[{ _id: 0, host: "database:27017" }]' in check
    assert "isWritablePrimary" in check
    assert f"replicaSet={replica_set}" in OURS["api"]["environment"]["SEATLOCK_MONGO_URI"]


PASSWORDS = [("database", "ROOT_PASSWORD"), ("database", "SEATLOCK_USER_PASSWORD"), ("broker", "REDISCLI_AUTH")]


@pytest.mark.parametrize(("name", "variable"), PASSWORDS)
def test_a_server_that_lacks_a_password_says_so_and_does_not_start(name: str, variable: str) -> None:
    entrypoint = [word.replace("$$", "$") for word in SERVICES[name]["entrypoint"]]
    others = {each: "secret" for service, each in PASSWORDS if service == name and each != variable}
    ended = subprocess.run(entrypoint, env={"PATH": os.environ["PATH"], **others}, capture_output=True, text=True)
    assert ended.returncode != 0
    assert f"{variable}: is empty: set " in ended.stderr
    asked_for = ended.stderr.split()[-1]
    assert SERVICES[name]["environment"][variable] == f"${{{asked_for}:-}}"


def test_seatlock_may_write_its_own_database_and_no_other() -> None:
    check = SERVICES["database"]["healthcheck"]["test"][-1]
    default = Settings.model_fields["mongo_database"].default
    assert f'roles = [{{ role: "readWrite", db: "{default}" }}]' in check
    assert "--keyFile=/tmp/keyfile" in SERVICES["database"]["command"]


def test_only_the_api_is_published() -> None:
    assert [name for name, service in DEPLOYED.items() if "ports" in service] == ["api"]


@pytest.mark.parametrize("name", DEVELOPMENT)
def test_servers_without_a_password_are_published_on_loopback_only(name: str) -> None:
    (port,) = DEVELOPMENT[name]["ports"]
    assert re.fullmatch(r"127\.0\.0\.1:(\d+):\1", port)


def test_the_servers_are_on_a_network_that_leads_nowhere() -> None:
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert {name: service["networks"] for name, service in DEPLOYED.items()} == {
        "api": ["outside", "inside"],
        "worker": ["outside", "inside"],
        "database": ["inside"],
        "broker": ["inside"],
    }


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_can_do_as_little_as_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"]
    assert service["tmpfs"] == ["/tmp"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert name in OURS or service["user"] in ("mongodb", "redis")
    assert re.fullmatch(r"\d+[mg]", written_out(service["mem_limit"]))
    assert service["pids_limit"] > 0
    assert name in DEVELOPMENT or float(written_out(service["cpus"])) > 0


def test_what_is_no_setting_has_a_name_that_no_command_takes_for_one() -> None:
    """Commands read the same .env, and refuse a name that begins as settings do and is none."""
    text = (ROOT / "docker-compose.yml").read_text().replace("$$", "")
    named = {name for name in re.findall(r"\$\{(\w+)", text) if name.startswith(PREFIX)}
    assert named <= VARIABLES


def test_every_named_volume_is_declared() -> None:
    named = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert named == set(COMPOSE["volumes"])


def test_the_image_does_not_run_as_root() -> None:
    user = instruction("USER")[-1]
    assert user not in ("root", "0")
    assert any(shlex.split(run)[-1] == user and "useradd" in run for run in instruction("RUN"))


def test_the_image_installs_pinned_versions_and_no_development_tools() -> None:
    installs = [line for stage in STAGES for line in stage if "pip install" in line]
    assert len(installs) == 1
    assert shlex.split(installs[0])[-3:] == ["-c", "constraints.txt", ".[brotli,otel,stripe]"]


def test_what_the_build_copies_exists_and_is_not_ignored() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().split() if line.startswith("!")}
    copied = {
        source
        for stage in STAGES
        for line in stage
        if line.startswith("COPY ") and "--from" not in line
        for source in line.split()[1:-1]
    }
    assert copied == allowed
    assert all((ROOT / source).exists() for source in copied)
