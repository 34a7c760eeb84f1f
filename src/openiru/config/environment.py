"""Every setting of an installation in one table: from the environment, else from `OPENIRU_HOME/openiru.toml`."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name in the environment (lower case and without OPENIRU_ in the TOML file) and what it is for."""

    name: str
    default: str
    says: str


SETTINGS = (
    Setting("OPENIRU_HOME", "var", "Folder that holds all state: database, evidence, keys, outgoing files."),
    Setting(
        "DATABASE_URL",
        "",
        "postgresql://user:password@host:port/name of a server of yours, PostgreSQL 18 or newer; empty = embedded.",
    ),
    Setting("OPENIRU_LISTEN", "127.0.0.1:8000", "Address and port of the web console."),
    Setting("OPENIRU_BASE_URL", "", "Public address of this unit as it stands in notices; empty = the listen address."),
    Setting("OPENIRU_HOSTS", "localhost,127.0.0.1", "Host names under which the console answers, separated by commas."),
    Setting("OPENIRU_SMTP", "127.0.0.1:2525", "host:port of the mail server that sends notices."),
    Setting("OPENIRU_SMTP_TLS", "starttls", "starttls, tls or off; off is refused outside loopback."),
    Setting("OPENIRU_SMTP_USER", "", "User at the mail server, if it asks for one."),
    Setting("OPENIRU_SMTP_PASSWORD", "", "Password at the mail server."),
    Setting("OPENIRU_MAIL_FROM", "referrals@iru.example.org", "Address notices are sent from and answers come to."),
    Setting("OPENIRU_MAIL_LISTEN", "", "host:port on which `openiru run` takes answers by SMTP; empty = not."),
    Setting("OPENIRU_IMAP", "", "imaps://host:port/Folder of a mailbox that reports are mailed to; empty = none."),
    Setting("OPENIRU_IMAP_USER", "", "User of that mailbox."),
    Setting("OPENIRU_IMAP_PASSWORD", "", "Password of that mailbox."),
    Setting("OPENIRU_LINES", "", "File (mode 600) of the services notices are handed to by machine; empty = none."),
    Setting(
        "OPENIRU_DKIM_SELECTOR", "openiru", "Selector of the DKIM key that mail is signed with; empty = not signed."
    ),
    Setting("OPENIRU_ANSWERS_IMAP", "", "imaps://host:port/Folder of the mailbox that answers come to; empty = none."),
    Setting("OPENIRU_ANSWERS_IMAP_USER", "", "User of that mailbox."),
    Setting("OPENIRU_ANSWERS_IMAP_PASSWORD", "", "Password of that mailbox."),
    Setting("OPENIRU_SANDBOX", "", "Base address of the stand-in platforms; only an exercise may have one."),
    Setting("OPENIRU_ALLOW_LOOPBACK", "0", "1 lets the fetcher visit loopback (exercise and tests only)."),
    Setting("OPENIRU_CHROMIUM", "", "Path of a Chromium; empty = look in the usual places."),
    Setting("OPENIRU_VANTAGE", "outside", "Where this machine looks from: `outside`, or the ISO code of a country."),
    Setting(
        "OPENIRU_VANTAGES",
        "",
        "All places looked from, by this machine and others, the outside first; empty = this one.",
    ),
    Setting("OPENIRU_RATE", "20", "Pages that one host is asked for in a minute, from each vantage."),
    Setting(
        "OPENIRU_COOL_OFF", "15", "Minutes in which an approval may be recalled before anything goes out; 0 for none."
    ),
    Setting(
        "OPENIRU_EMERGENCY",
        "",
        "Whom an officer calls when life is in danger: a name and a number; shown on such cases.",
    ),
    Setting("OPENIRU_TSA", "", "Address of a time-stamp authority (RFC 3161) that seals captures; empty = none."),
    Setting("OPENIRU_TSA_ROOTS", "", "PEM file with the certificates trusted for its time-stamps."),
    Setting("OPENIRU_EXPOSURE", "60", "Pictures, videos and sounds of evidence that one person may look at in a day."),
    Setting("OPENIRU_S3", "", "https://host/bucket of an S3-compatible store for evidence; empty = a local folder."),
    Setting("OPENIRU_S3_KEY", "", "Access key of that store."),
    Setting("OPENIRU_S3_SECRET", "", "Secret key of that store."),
    Setting("OPENIRU_S3_REGION", "us-east-1", "Region of that store, as its signatures name it."),
    Setting("OPENIRU_INSTANCES", "", "File of hosts known to run Mastodon, one a line; added to those shipped."),
    Setting(
        "OPENIRU_TEXT_MODEL",
        "",
        "Somebody else's text model: a file .onnx, or https://host/v1#name of a service, which is sent texts of posts; empty = none.",
    ),
    Setting("OPENIRU_TEXT_MODEL_KEY", "", "Key of that service."),
    Setting("OPENIRU_DEBUG", "0", "1 shows tracebacks in the browser; never on a reachable address."),
)


def read(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return every setting's value; the environment wins over the file, the file over the default."""
    environ = os.environ if environ is None else environ
    home = Path(environ.get("OPENIRU_HOME", "var")).absolute()
    stored = _stored(home / "openiru.toml")
    values = {
        item.name: environ.get(item.name, stored.get(item.name.removeprefix("OPENIRU_").lower(), item.default))
        for item in SETTINGS
    }
    return values | {"OPENIRU_HOME": str(home)}


def _stored(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    return {key: str(value) for key, value in tomllib.loads(path.read_text(encoding="utf-8")).items()}
