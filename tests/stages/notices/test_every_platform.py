"""A case on any platform that is known goes the whole way to a composed notice, and its page is looked at where it tells most."""

from __future__ import annotations

import pytest

from openiru.platforms import PLATFORMS
from openiru.stages.intake.models import Account
from openiru.stages.notices import queries
from openiru.stages.verify.work import check_address
from openiru.terms import Platform
from tests import builders
from tests.builders import NOW, Cast

LOOKED_UP = {
    Platform.YOUTUBE: "https://www.youtube.com/@someband",
    Platform.BLUESKY: "https://public.api.bsky.app/xrpc/app.bsky.actor.getProfile?actor=someband.example.org",
    Platform.MASTODON: "https://mastodon.social/api/v1/accounts/lookup?acct=someband",
    Platform.SNAPCHAT: "https://www.snapchat.com/@someband",
    Platform.WEB: "https://example.net",
    Platform.TELEGRAM: "https://t.me/someband",
}


@pytest.fixture
def cast(db: None) -> Cast:
    builders.an_installation()
    return builders.a_cast()


@pytest.mark.parametrize("platform", LOOKED_UP)
def test_a_case_becomes_a_notice_in_the_platforms_own_form(cast: Cast, platform: Platform) -> None:
    handle = "example.net" if platform is Platform.WEB else "someband"
    case = builders.a_case(cast, platform=platform, handle=handle)
    notice = builders.a_notice(cast, builders.an_approval(cast, builders.an_assessment(cast, case)))
    assert notice.way in {"portal", "email"} and notice.address
    package = queries.composed(notice)
    assert PLATFORMS[platform].title in package.subject
    assert case.account.items.get().url in package.body
    assert check_address(Account.objects.get(id=case.account_id)) == LOOKED_UP[platform]
    assert notice.composed_at >= NOW
