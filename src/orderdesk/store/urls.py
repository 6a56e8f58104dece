"""How a database on a server is named to people: never with a password."""

from urllib.parse import urlsplit

from orderdesk.domain.errors import Refused


def shown_url(url: str) -> str:
    """Give a URL as it may be shown: without user, password and options.

    Raises Refused where it cannot be told what of it is the password.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = None
    if parts is None or ("@" not in parts.netloc and "@" in f"{parts.path}{parts.fragment}"):
        raise Refused(
            "bad_url",
            "the database's URL cannot be read; write / ? # @ [ ] in its password as %2F %3F %23 "
            "%40 %5B %5D, or give the password in PGPASSWORD",
        )
    return f"postgresql://{parts.hostname or ''}{parts.path}"
