"""Settings that are wrong stop the start, in words that say which one, what it should be, and never what it was."""

from __future__ import annotations

import pytest

from domain.process.settings import Settings, SettingsError, load_settings

GOOD = {
    "SEATLOCK_MONGO_URI": "mongodb://user:hunter2@mongo/?replicaSet=rs0",
    "SEATLOCK_REDIS_URL": "redis://:hunter2@redis:6379/3",
    "SEATLOCK_SECRET_KEY": "k" * 32,
}
SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIz"
STRIPE = {"SEATLOCK_PAYMENT_PROVIDER": "stripe", "SEATLOCK_STRIPE_SECRET_KEY": "sk_test_hunter2hunter2"}


def load(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in (GOOD | variables).items():
        monkeypatch.setenv(name, value)
    return load_settings()


def refusal(monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    with pytest.raises(SettingsError) as refused:
        load(monkeypatch, **variables)
    text = str(refused.value)
    assert "\n" not in text
    assert "hunter2" not in text
    return text


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("SEATLOCK_LOCK_TLL_SECONDS", "SEATLOCK_LOCK_TTL_SECONDS"),
        ("SEATLOCK_SMTP", "SEATLOCK_SMTP_URL"),
        ("seatlock_cors_origin", "SEATLOCK_CORS_ORIGINS"),
        ("SEATLOCK_STRIPE_KEY", "SEATLOCK_STRIPE_SECRET_KEY"),
        ("SEATLOCK_PORT", None),
    ],
)
def test_a_name_that_is_no_setting_is_refused_with_the_nearest(
    monkeypatch: pytest.MonkeyPatch, name: str, meant: str | None
) -> None:
    said = refusal(monkeypatch, **{name: "hunter2"})
    assert said.startswith(f"bad settings: there is no setting {name}")
    if meant:
        assert said.endswith(f"; did you mean {meant}?")


def test_wrong_names_and_wrong_values_are_told_together(monkeypatch: pytest.MonkeyPatch) -> None:
    said = refusal(monkeypatch, SEATLOCK_LOCK_TTL="60", SEATLOCK_LOG_LEVEL="loud", SEATLOCK_SMPT_URL="smtp://mail")
    for name in ("SEATLOCK_LOG_LEVEL ", "SEATLOCK_LOCK_TTL;", "SEATLOCK_SMPT_URL;"):
        assert name in said


def test_what_kubernetes_and_our_own_tools_put_there_is_no_typing_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """It gives each container variables of every service, named after it: seatlock, and seatlock-redis."""
    for service in ("SEATLOCK", "SEATLOCK_REDIS"):
        monkeypatch.setenv(f"{service}_SERVICE_HOST", "10.0.0.1")
        monkeypatch.setenv(f"{service}_SERVICE_PORT_HTTP", "80")
        monkeypatch.setenv(f"{service}_PORT", "tcp://10.0.0.1:80")
        monkeypatch.setenv(f"{service}_PORT_80_TCP_ADDR", "10.0.0.1")
    for name in ("URL", "EMAIL", "PASSWORD", "ENV_FILE", "TEST_HUNT"):
        monkeypatch.setenv(f"SEATLOCK_{name}", "x")
    assert load(monkeypatch).mongo_database == "seatlock"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        *(
            ("CORS_ORIGINS", value, "must be origins as browsers send them")
            for value in (
                "shop.example",
                "https://shop.example/",
                "https://shop.example/seats",
                "https://Shop.example",
                "https://*.shop.example",
                "https://shop.example:443",
                "https://shop.example:",
                "https://user@shop.example",
                "https://müller.example",
                "https://",
                "null",
                "https://shop.example,box-office.example",
                "https://shop.example https://box-office.example",
            )
        ),
        ("CORS_ORIGINS", "*,https://shop.example", "must be * alone, or origins"),
        ("REDIS_URL", "redis:6379", "is not a Redis connection string"),
        ("REDIS_URL", "redis://:hunter2@redis:6379/first", "is not a Redis connection string"),
        ("REDIS_URL", "redis://:hunter2@redis:port/0", "is not a Redis connection string"),
        ("MONGO_URI", "mongodb://user:hunter2@mongo/?readPreference=secondary", "must not name a readPreference"),
        ("MONGO_URI", "mongo:27017", "is not a MongoDB connection string"),
        ("STRIPE_API_BASE", "https:///v1", "SEATLOCK_STRIPE_API_BASE"),
        ("STRIPE_API_BASE", "https://stripe.example:port", "must be an http:// or https:// URL"),
        ("SIMULATED_WEBHOOK_URL", "shop.example/webhooks", "must be an http:// or https:// URL"),
    ],
)
def test_a_value_that_cannot_work_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    text = refusal(monkeypatch, **{f"SEATLOCK_{name}": value})
    assert f"SEATLOCK_{name} " in text
    assert said in text


@pytest.mark.parametrize(
    "key", ["pk_test_hunter2hunter2", "hunter2", "sk_test_", "sk_test", "sk_test_hunter2 hunter2", "whsec_hunter2"]
)
def test_what_is_no_secret_key_of_stripe_is_refused(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    text = refusal(monkeypatch, **STRIPE | {"SEATLOCK_STRIPE_SECRET_KEY": key})
    said = "must be a secret or restricted key of Stripe: sk_ or rk_, then at least 8 letters, digits or _"
    assert f"SEATLOCK_STRIPE_SECRET_KEY {said}" in text


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"STRIPE_SECRET_KEY": "sk_test_hunter2hunter2"}, "STRIPE_SECRET_KEY needs SEATLOCK_PAYMENT_PROVIDER=stripe"),
        ({"PAYMENT_PROVIDER": "stripe"}, "PAYMENT_PROVIDER=stripe needs SEATLOCK_STRIPE_SECRET_KEY"),
        ({"SIMULATED_WEBHOOK_URL": "http://a.example/w"}, "SIMULATED_WEBHOOK_URL needs SEATLOCK_WEBHOOK_SECRET"),
        (
            {"PAYMENT_PROVIDER": "stripe", "STRIPE_SECRET_KEY": "sk_test_hunter2hunter2", "SHOP": "true"},
            "SHOP needs SEATLOCK_PAYMENT_PROVIDER=simulated",
        ),
        ({"SMTP_URL": "smtp://mail"}, "SMTP_URL needs SEATLOCK_SMTP_FROM"),
        ({"SMTP_FROM": "a@seatlock.example"}, "SMTP_FROM needs SEATLOCK_SMTP_URL"),
        ({"ADMIN_EMAIL": "a@seatlock.example"}, "ADMIN_EMAIL needs SEATLOCK_ADMIN_PASSWORD"),
        ({"CORS_HEADERS": "*, traceparent"}, "CORS_HEADERS must be * alone, or names of headers"),
        ({"CORS_HEADERS": "trace parent"}, "CORS_HEADERS must be names of headers"),
        (
            {"TRUSTED_ONLY": "true"},
            "TRUSTED_ONLY needs SEATLOCK_TRUSTED_DOCUMENTS, or SEATLOCK_SHOP or SEATLOCK_CONSOLE",
        ),
        ({"WORKER_METRICS_HOST": "0.0.0.0"}, "WORKER_METRICS_HOST needs SEATLOCK_WORKER_METRICS_PORT"),
        ({"WEBHOOK_SECRET": "hunter2hunter2hunter2"}, "WEBHOOK_SECRET must be whsec_"),
    ],
)
def test_what_goes_only_together_is_refused_alone(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], said: str
) -> None:
    assert said in refusal(monkeypatch, **{f"SEATLOCK_{name}": value for name, value in variables.items()})


def test_what_contradicts_stripe_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"SEATLOCK_WEBHOOK_SECRET": "hunter2hunter2hunter2", "SEATLOCK_SIMULATED_WEBHOOK_URL": "http://a.example/"}
    text = refusal(monkeypatch, **STRIPE, **given)
    assert "SEATLOCK_WEBHOOK_SECRET must be the signing secret of an endpoint at Stripe" in text
    assert "SEATLOCK_SIMULATED_WEBHOOK_URL needs SEATLOCK_PAYMENT_PROVIDER=simulated" in text


@pytest.mark.parametrize(
    "variables",
    [
        {"CORS_ORIGINS": "*"},
        {"CORS_ORIGINS": ""},
        {"CORS_ORIGINS": "https://shop.example, http://127.0.0.1:5173,http://[::1]:8080,capacitor://localhost"},
        {"REDIS_URL": "rediss://redis"},
        {"REDIS_URL": "unix:///run/redis.sock?db=1"},
        {"MONGO_URI": "mongodb://mongo/?readPreference=primary&directConnection=true"},
        {"STRIPE_SECRET_KEY": ""},
        {"PAYMENT_PROVIDER": "stripe", "STRIPE_SECRET_KEY": "rk_live_hunter2hunter2", "WEBHOOK_SECRET": SECRET},
        {"SIMULATED_WEBHOOK_URL": "http://127.0.0.1:8000/webhooks/payments/simulated", "WEBHOOK_SECRET": SECRET},
    ],
    ids=str,
)
def test_what_is_right_is_taken(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    load(monkeypatch, **{f"SEATLOCK_{name}": value for name, value in variables.items()})


def test_a_session_lasts_as_long_as_its_access_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    said = refusal(monkeypatch, SEATLOCK_SESSION_TTL_SECONDS="3599")
    assert "SEATLOCK_SESSION_TTL_SECONDS must be at least SEATLOCK_TOKEN_TTL_SECONDS" in said
    month = "2592000"
    settings = load(monkeypatch, SEATLOCK_SESSION_TTL_SECONDS=month, SEATLOCK_TOKEN_TTL_SECONDS=month)
    assert settings.session_ttl_seconds == settings.token_ttl_seconds
