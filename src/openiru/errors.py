"""The three ways in which something may fail without being a bug: a rule said no, one item is unreadable, a service is down."""

from __future__ import annotations


class Refused(Exception):
    """A rule said no and nothing changed. `code` is a stable word; faces turn it into text and an HTTP status."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        shown = ", ".join(f"{key}={value}" for key, value in self.facts.items())
        return f"{self.code} ({shown})" if shown else self.code


class Unreadable(Exception):
    """This one item cannot be read; go on with the next. `where` names the line, element or field."""

    def __init__(self, reason: str, *, where: str = "", value: str = "") -> None:
        super().__init__(f"{where}: {reason}" if where else reason)
        self.reason = reason
        self.where = where
        self.value = value[:200]


class Unavailable(Exception):
    """A service is down: stop and try again. With `permanent`, trying again would not help."""

    def __init__(self, service: str, reason: str, *, permanent: bool = False) -> None:
        super().__init__(f"{service}: {reason}")
        self.service = service
        self.reason = reason
        self.permanent = permanent
