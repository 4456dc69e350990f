"""Settings: typed, explained, and refused with the variable's name."""

from pathlib import Path

import pytest

from deliberation.core.settings import (
    CannotStart,
    SettingError,
    Settings,
    check_address,
    check_secret_is_given,
    describe,
    environment_of,
    read_settings,
    secret_of,
)


def test_variables_are_read_with_their_type() -> None:
    settings = read_settings({"BEFFROI_PORT": "8123", "BEFFROI_WORKER_INSIDE": "yes"})
    assert (settings.port, settings.worker_inside, settings.host) == (8123, True, "127.0.0.1")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("BEFFROI_PORT", "huit"),
        ("BEFFROI_PORT", "70000"),
        ("BEFFROI_METRICS_PORT", "65536"),
        ("BEFFROI_WORKER_INSIDE", "peut-être"),
        ("BEFFROI_SECRET", "court"),
        ("BEFFROI_ORIGIN", "localhost"),
        ("BEFFROI_MAIL_FROM", "Mairie"),
        ("BEFFROI_MAIL_FROM", "a@example.org, b@example.org"),
        ("BEFFROI_SMTP", "mail.example.org:587"),
        ("BEFFROI_SMTP", "smtp://:587"),
        ("BEFFROI_SMTP", "smtp://mail.example.org:submission"),
        ("BEFFROI_OIDC_ISSUER", "http://fournisseur.example.org"),
        ("BEFFROI_OIDC_ISSUER", "fournisseur.example.org"),
        ("BEFFROI_SECURITY_CONTACT", "mairie"),
        ("BEFFROI_SECURITY_CONTACT", "javascript:alert(1)"),
    ],
)
def test_a_wrong_value_names_its_variable(variable: str, value: str) -> None:
    with pytest.raises(SettingError, match=variable):
        read_settings({variable: value})


@pytest.mark.parametrize("variable", ["BEFFROI_OIDC_CLIENT", "BEFFROI_OIDC_SCOPES"])
def test_a_provider_is_reached_by_https_as_a_client_that_asks_who_somebody_is(
    variable: str,
) -> None:
    given = {
        "BEFFROI_OIDC_ISSUER": "https://fournisseur.example.org",
        "BEFFROI_OIDC_CLIENT": "mairie",
        "BEFFROI_OIDC_SCOPES": "openid",
    }
    assert read_settings(given).oidc_issuer == "https://fournisseur.example.org"
    assert read_settings({**given, "BEFFROI_OIDC_ISSUER": "http://localhost:9000"}).oidc_issuer
    with pytest.raises(SettingError, match=variable):
        read_settings({**given, variable: "" if variable.endswith("CLIENT") else "email"})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("BEFFROI_LOG_LEVEL", "loud"),
        ("BEFFROI_WORKERS", "0"),
        ("BEFFROI_WORKERS", "1000"),
        ("BEFFROI_WORKERS", "two"),
    ],
)
def test_nonsense_is_refused_with_its_variable_and_value(variable: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"{variable}: '{value}' is no"):
        read_settings({variable: value})
    assert read_settings({"BEFFROI_LOG_LEVEL": "INFO"}).workers == 1


def test_what_may_hold_a_password_is_not_shown() -> None:
    settings = Settings(
        database_url="postgresql://u:hidden@h/d",
        secret="s" * 40,
        smtp="smtp://u:hidden@h",
        oidc_secret="hidden",
    )
    shown = list(describe(settings))
    assert not any("hidden" in value or "sss" in value for _, value, _ in shown)
    assert all(meaning for _, _, meaning in shown)


def test_the_secret_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(folder=str(tmp_path / "data"))
    made = secret_of(settings)
    assert len(made) >= 32
    assert secret_of(settings) == made
    assert (tmp_path / "data" / "secret").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"BEFFROI_TRUSTED_PROXIES": "none", "BEFFROI_WORKER_INSIDE": "yes"},
        {"BEFFROI_TRUSTED_PROXIES": "2", "BEFFROI_ORIGIN": "https://participer.example.org"},
    ],
)
def test_another_process_is_given_the_same_settings(given: dict[str, str]) -> None:
    settings = read_settings(given)
    assert read_settings(environment_of(settings)) == settings


@pytest.mark.parametrize(
    ("origin", "proxies", "starts"),
    [
        ("http://localhost:8000", "", True),
        ("http://127.0.0.1:8000", "", True),
        ("http://participer.example.org", "1", False),
        ("https://participer.example.org", "", False),
        ("https://participer.example.org", "0", False),
        ("https://participer.example.org", "none", True),
        ("https://participer.example.org", "1", True),
    ],
)
def test_h6_l8_a_live_site_is_https_and_says_how_many_proxies_stand_before_it(
    origin: str, proxies: str, starts: bool
) -> None:
    settings = read_settings({"BEFFROI_ORIGIN": origin, "BEFFROI_TRUSTED_PROXIES": proxies})
    if starts:
        check_address(settings)
    else:
        with pytest.raises(CannotStart, match=r"BEFFROI_(ORIGIN|TRUSTED_PROXIES)"):
            check_address(settings)


def test_f2_a_database_of_others_needs_a_secret_that_is_given() -> None:
    with pytest.raises(CannotStart, match="BEFFROI_SECRET"):
        check_secret_is_given(Settings(database_url="postgresql://db/beffroi"))
    check_secret_is_given(Settings(database_url="postgresql://db/beffroi", secret="s" * 40))
    check_secret_is_given(Settings())
