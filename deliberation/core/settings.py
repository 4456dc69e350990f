"""Every setting, typed and explained; only this module reads the environment."""

import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields, replace
from pathlib import Path
from types import NoneType
from typing import Any
from urllib.parse import urlsplit

from deliberation.core.email_addresses import read_address, read_sender

ENVIRONMENT: Mapping[str, str] = os.environ
LEVELS = ("debug", "info", "warning", "error")
RANGES = {"BEFFROI_WORKERS": (1, 128)}  # of other numbers: from 0 to the last port
_POSTGRESQL = ("postgres://", "postgresql://", "postgresql+asyncpg://")


def _setting(default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"meaning": meaning})


def variable_of(item: Field[Any]) -> str:
    """The environment variable of a setting."""
    return f"{'' if item.name == 'database_url' else 'BEFFROI_'}{item.name}".upper()


@dataclass(frozen=True, slots=True)
class Settings:
    """Operator settings, read from `BEFFROI_*` variables. `beffroi settings` prints this table."""

    database_url: str = _setting(
        "",
        "PostgreSQL 15 or newer, as postgresql://user:password@host/name; several servers, as "
        "…@one:5432,two:5432/name: the one that takes writes is used; empty: the embedded server, "
        "in the data folder",
    )
    read_database_url: str = _setting("", "replicas, for visitors who hold no cookie; empty: none")
    folder: str = _setting("", "the data folder; empty: .data, or /var/lib/beffroi as root")
    origin: str = _setting(
        "http://localhost:8000",
        "the site's public address; links in mails are built from it, never from the request",
    )
    secret: str = _setting(
        "",
        "at least 32 characters; signs bulletin boards and makes the ballots' slots; empty: "
        "a file of the data folder, made at the first start",
    )
    smtp: str = _setting(
        "",
        "where mails go, as smtp://user:password@host:587 (STARTTLS) or smtps://…:465; "
        "empty: mails wait in the database",
    )
    mail_from: str = _setting("Beffroi <ne-pas-repondre@localhost>", "the sender of all mails")
    network_name: str = _setting(
        "Territoires participatifs", "the name of the authorities' network"
    )
    security_contact: str = _setting(
        "",
        "to whom flaws of this installation are reported, as an e-mail address or an https "
        "address; it stands in /.well-known/security.txt; empty: that leads to the help page, "
        "which names the authorities",
    )
    oidc_issuer: str = _setting(
        "",
        "the OpenID Connect provider of votes by verified identity, exactly as its discovery "
        "document names itself; register there {origin}/identite/retour as redirect address and "
        "{origin}/identite/fin as address after logout; empty: no such votes",
    )
    oidc_name: str = _setting("", "what voters call the provider; empty: its host name")
    oidc_client: str = _setting("", "the site's client id at the provider")
    oidc_secret: str = _setting("", "the site's secret at the provider")
    oidc_scopes: str = _setting(
        "openid email",
        "what is asked of the provider; without email, voters are known by their subject only",
    )
    oidc_acr: str = _setting(
        "", "the levels of identity check that are accepted, as eidas2 eidas3; empty: any"
    )
    host: str = _setting("127.0.0.1", "the address the site listens on")
    port: int = _setting(8000, "the port the site listens on")
    workers: int = _setting(1, "site processes")
    trusted_proxies: int | None = _setting(
        None,
        "how many reverse proxies add to X-Forwarded-For; empty or 0: the header is ignored, and a "
        "site with an https address does not start; none: there is no proxy, and that is meant",
    )
    log_level: str = _setting("info", "debug, info, warning or error")
    access_log: bool = _setting(False, "log method, route, status, time and number of each request")
    metrics_token: str = _setting(
        "",
        "at least 32 characters; who sends it as Authorization: Bearer reads /metrics and "
        "/sante/tout from elsewhere; empty: only this machine does",
    )
    metrics_port: int = _setting(0, "of BEFFROI_HOST, where a worker shows its figures; 0: nowhere")
    core_dumps: bool = _setting(
        False,
        "leave core dumps and debuggers possible, for whoever looks for a fault: never during a "
        "vote, since the memory holds ballots until they are sealed",
    )
    worker_inside: bool = _setting(False, "run the background jobs inside the site's process")

    @property
    def secure(self) -> bool:
        """Whether the site is reached by https: then cookies are Secure and `__Host-`."""
        return self.origin.startswith("https://")

    @property
    def data_folder(self) -> Path:
        """Folder of the embedded database and the secret."""
        if self.folder:
            return Path(self.folder).absolute()
        if os.name == "posix" and os.geteuid() == 0:
            # The database server refuses root and runs as nobody, who cannot enter root's home.
            return Path("/var/lib/beffroi")
        return Path.cwd() / ".data"


class SettingError(ValueError):
    """A variable has an invalid value; the message names it."""


class CannotStart(SettingError):
    """The settings contradict what exists; the message says what to do."""


def read_settings(environment: Mapping[str, str] = ENVIRONMENT) -> Settings:
    """The settings of an environment. Raises `SettingError` naming the variable at fault."""
    values: dict[str, Any] = {}
    for item in fields(Settings):
        if (text := environment.get(variable_of(item), "").strip()) != "":
            values[item.name] = _read(variable_of(item), text, type(item.default))
    settings = Settings(**values)
    if settings.database_url and not settings.database_url.startswith(_POSTGRESQL):
        raise SettingError("DATABASE_URL: write postgresql://user:password@host/name")
    for name in ("secret", "metrics_token"):
        if 0 < len(getattr(settings, name)) < 32:
            raise SettingError(f"BEFFROI_{name.upper()}: at least 32 characters are needed")
    if not settings.origin.startswith(("http://", "https://")):
        raise SettingError(f"BEFFROI_ORIGIN: {settings.origin!r} does not start with https://")
    try:
        read_sender(settings.mail_from)
    except ValueError:  # no address, or a name that cannot stand in a header
        raise SettingError(
            f"BEFFROI_MAIL_FROM: {settings.mail_from!r} is not Name <name@example.org>"
        ) from None
    if settings.smtp and not _is_mail_server(settings.smtp):  # it may hold a password: not quoted
        raise SettingError(
            "BEFFROI_SMTP: write smtp://user:password@host:587 (STARTTLS) or smtps://…:465; "
            "signs other than letters and digits in the password as %XX"
        )
    if settings.oidc_issuer:
        _check_provider(settings)
    if settings.security_contact:
        return replace(settings, security_contact=_contact(settings.security_contact))
    return settings


def environment_of(settings: Settings) -> dict[str, str]:
    """Environment variables that give a process the same settings."""
    return {
        variable_of(item): _text(getattr(settings, item.name), item.default)
        for item in fields(Settings)
    }


def check_secret_is_given(settings: Settings) -> None:
    """Raise `CannotStart` for a given database without a given secret."""
    if settings.database_url and not settings.secret:
        raise CannotStart(
            "BEFFROI_SECRET: with DATABASE_URL the secret must be given, the same to all processes "
            "of the site. Choose one at the first start (openssl rand -hex 32) and keep it."
        )


def check_address(settings: Settings) -> None:
    """Raise `CannotStart` for an address without TLS, or a proxy that hides visitors."""
    if not private_address(settings.origin):
        raise CannotStart(
            f"BEFFROI_ORIGIN: {settings.origin} is not https, and whoever listens on the way would "
            "read votes and take sessions over. Only a site on localhost goes without."
        )
    if settings.secure and settings.trusted_proxies is None:
        raise CannotStart(
            "BEFFROI_TRUSTED_PROXIES: an https address is served by a reverse proxy, and without "
            "this number all visitors count as one, whose limits are soon reached. Say how many "
            "proxies add to X-Forwarded-For (as a rule 1), or none if there really is none."
        )


def private_address(address: str) -> bool:
    """Whether an address is https or on this machine."""
    parts = urlsplit(address)
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and local))


def describe(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """(variable, value, meaning) of each setting; passwords are not shown."""
    for item in fields(Settings):
        value = _text(getattr(settings, item.name), item.default)
        if value and item.name.endswith(("secret", "token", "database_url", "smtp")):
            value = "(set)"
        yield variable_of(item), value, item.metadata["meaning"]


def secret_of(settings: Settings) -> bytes:
    """The site's secret: the setting, or a file of the data folder made on first use (mode 600)."""
    if settings.secret:
        return settings.secret.encode()
    path = settings.data_folder / "secret"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_bytes()


def _is_mail_server(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        return False


def _contact(text: str) -> str:
    """A contact as an address that can be followed. Raises `SettingError`."""
    if text.startswith("https://") and urlsplit(text).hostname:
        return text
    try:
        return "mailto:" + read_address(text.removeprefix("mailto:"))
    except ValueError:
        raise SettingError(
            f"BEFFROI_SECURITY_CONTACT: {text!r} is neither an e-mail nor an https address"
        ) from None


def _check_provider(settings: Settings) -> None:
    if not private_address(settings.oidc_issuer):
        raise SettingError(f"BEFFROI_OIDC_ISSUER: {settings.oidc_issuer!r} is no https address")
    if not settings.oidc_client:
        raise SettingError("BEFFROI_OIDC_CLIENT: the provider knows the site by this name")
    if "openid" not in settings.oidc_scopes.split():
        raise SettingError("BEFFROI_OIDC_SCOPES: openid is needed")


def _read(variable: str, text: str, kind: type) -> Any:
    if kind is bool:
        if text.lower() not in {"1", "true", "yes", "0", "false", "no"}:
            raise SettingError(f"{variable}: {text!r} is neither yes nor no")
        return text.lower() in {"1", "true", "yes"}
    if kind is NoneType and text.lower() == "none":
        return 0
    if kind in (int, NoneType):
        least, most = RANGES.get(variable, (0, 65_535))
        if not text.isdecimal() or not least <= int(text) <= most:
            raise SettingError(f"{variable}: {text!r} is no whole number from {least} to {most}")
        return int(text) if kind is int else int(text) or None
    if variable == "BEFFROI_LOG_LEVEL" and text.lower() not in LEVELS:
        raise SettingError(f"{variable}: {text!r} is none of {', '.join(LEVELS)}")
    return text


def _text(value: Any, default: Any) -> str:
    """The text of which `_read` makes this value."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if default is None:
        return {None: "", 0: "none"}.get(value, str(value))
    return str(value)
