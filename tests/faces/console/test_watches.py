"""The page of the watch lists: one proposes, another approves, anybody of theirs stops; what was typed is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from openiru.people.models import User
from openiru.stages.intake.watching.models import Permit, Watch
from tests.faces.console.stand import Stand

Browser = Callable[[User], Client]


def test_a_watch_takes_two_people(stand: Stand, browser: Browser) -> None:
    until = (timezone.now() + timedelta(days=30)).date().isoformat()
    ana, ben, page = browser(stand.ana), browser(stand.ben), reverse("watches")
    leave = {"connector": "bluesky", "legal_basis": "Example Act, s. 3", "per_hour": "60", "ends_on": until}
    assert ana.post(reverse("watch-permit"), leave).status_code == 302
    named = {
        "connector": "bluesky", "kind": "account", "subject": "example.org", "organisation": str(stand.front.id),
        "reasons": "It signs as the front's press office.", "ends_on": until,
    }  # fmt: skip
    assert ana.post(page, named).status_code == 302
    permit, watch = Permit.objects.get(), Watch.objects.get()
    own = reverse("approve-watch", args=[watch.id])
    assert own not in ana.get(page).content.decode() and own in ben.get(page).content.decode()
    assert ana.post(own).status_code == 403
    assert ben.post(own).status_code == 302
    assert ben.post(reverse("approve-permit", args=[permit.id])).status_code == 302
    watch.refresh_from_db()
    assert (watch.approved_by, Permit.objects.get().approved_by) == (stand.ben, stand.ben)
    assert ana.post(reverse("end-watch", args=[watch.id])).status_code == 302
    assert "ended" in ana.get(page).content.decode()


def test_what_was_typed_is_kept_where_it_is_refused(stand: Stand, browser: Browser) -> None:
    named = {"connector": "telegram", "kind": "account", "subject": "https://x.com/a", "organisation": str(stand.front.id),
             "reasons": "because of this", "ends_on": "2031-01-01"}  # fmt: skip
    done = browser(stand.ana).post(reverse("watches"), named)
    assert done.status_code == 422 and "because of this" in done.content.decode()
    leave = {"connector": "telegram", "legal_basis": "an act", "per_hour": "60", "ends_on": ""}
    done = browser(stand.ana).post(reverse("watch-permit"), leave)
    assert done.status_code == 422 and "an act" in done.content.decode()


def test_eve_finds_no_watch(stand: Stand, browser: Browser) -> None:
    until = (timezone.now() + timedelta(days=30)).date().isoformat()
    leave = {"connector": "bluesky", "legal_basis": "Example Act, s. 3", "per_hour": "60", "ends_on": until}
    browser(stand.ana).post(reverse("watch-permit"), leave)
    eve = browser(stand.eve)
    assert "Example Act, s. 3" not in eve.get(reverse("watches")).content.decode()
    assert eve.post(reverse("approve-permit", args=[Permit.objects.get().id])).status_code == 404
