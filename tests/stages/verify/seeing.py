"""A fetcher that sees what a test tells it, from one vantage."""

from __future__ import annotations

from collections.abc import Callable

from openiru.fetch import Fetcher, Page
from openiru.platforms.shapes import Response

LIVE = (
    '<div class="tgme_page"><div class="tgme_page_title"><span>Valley</span></div>'
    '<div class="tgme_page_extra">12 subscribers</div></div>'
)
GONE = "<html>nothing here</html>"


class Pages(Fetcher):
    """A fetcher that gives what it is told, by address; a failure is raised."""

    told: Callable[[str], str | Exception]
    asked: list[str]

    def get(self, url: str, *, accept: str = "*/*") -> Page:
        """Give the page that was told."""
        self.asked.append(url)
        body = self.told(url)
        if url.endswith("/nowhere") and not isinstance(body, Exception) and body != "wrong":
            body = '<meta name="robots" content="noindex, nofollow">'
        if isinstance(body, Exception):
            raise body
        response = Response(url, url, 200, {}, body, self.vantage)
        return Page(response, body.encode(), "OK", "HTTP/1.1", (url,))


def pages(told: Callable[[str], str | Exception], vantage: str = "outside", *, at_home: bool = True) -> Pages:
    """A network that tells what it is told; `at_home`: on our own machine, where no leave is needed."""
    made = Pages(vantage, allow_loopback=at_home)
    object.__setattr__(made, "told", told)
    object.__setattr__(made, "asked", [])
    return made
