"""Facebook: profiles, pages, groups, their posts, videos and photos; dots and capitals in a name mean nothing."""

from __future__ import annotations

from openiru.platforms import completeness, facebook_address, letter, meta_channels, presence, replies
from openiru.platforms.addresses import recogniser
from openiru.platforms.orders import Addressee
from openiru.platforms.shapes import Check, ItemCheck, PlatformFile
from openiru.terms import Leg, Platform

HOSTS = facebook_address.HOSTS
recognise = recogniser(HOSTS, facebook_address.read_address)

SIGNALS = presence.load("facebook", HOSTS)
_POSTS = presence.load("facebook_posts", HOSTS)

_FIELDS: tuple[letter.FormField, ...] = (
    ("Profile, page or group", lambda facts: facts.account_url),
    ("Numeric ID", lambda facts: facts.account_stable_id),
)

PLATFORM = PlatformFile(
    platform=Platform.FACEBOOK,
    title="Facebook",
    hosts=HOSTS,
    recognise=recognise,
    gaps=completeness.judge(routes=meta_channels.ROUTES),
    compose=letter.composer(
        "Facebook",
        {
            Leg.PLATFORM_POLICY: letter.Form(
                _FIELDS + meta_channels.RULE_FIELDS + meta_channels.ITEM_FIELDS, meta_channels.STEPS
            ),
            Leg.LOCAL_LAW: letter.Form(
                _FIELDS + meta_channels.LAW_FIELDS + meta_channels.ITEM_FIELDS, meta_channels.STEPS
            ),
        },
    ),
    read_reply=replies.reader(meta_channels.WORDS),
    read_presence=presence.reader(SIGNALS, recognise),
    addressee=Addressee("Meta Platforms Ireland Limited", establishment="IE", source="from memory"),
    routes=meta_channels.ROUTES,
    facts=meta_channels.FACTS,
    posts=ItemCheck(
        Check(
            _POSTS.version,
            "https://graph.facebook.com/oembed_post?url={url}",
            True,
            _POSTS.expires,
            by_kind={
                "video": "https://graph.facebook.com/oembed_video?url={url}",
                "reel": "https://graph.facebook.com/oembed_video?url={url}",
            },
        ),
        presence.reader(_POSTS, recognise),
    ),
    check=Check(
        SIGNALS.version,
        "https://www.facebook.com/{handle}",
        False,
        SIGNALS.expires,
        manual_only=True,
        why_manual="Profiles are behind a login wall, and a page that is not available may be private or blocked (reference §12).",
        by_kind={"group": "https://www.facebook.com/groups/{handle}"},
    ),
    examples={
        "https://m.facebook.com/Example.Person.55?fref=nf": "facebook:profile:h:exampleperson55",
        "https://www.facebook.com/people/Example/100012345678901/": "facebook:profile:id:100012345678901",
        "https://www.facebook.com/profile.php?id=100012345678901&sk=about": "facebook:profile:id:100012345678901",
        "https://www.facebook.com/groups/123/posts/d41d8cd9/456/": "facebook:post:id:123/456",
        "https://www.facebook.com/permalink.php?story_fbid=pfbid0abc&id=10001": "facebook:post:pfbid:10001/pfbid0abc",
        "https://www.facebook.com/reel/1190000000000001": "facebook:video:id:1190000000000001",
        "https://www.facebook.com/watch/?v=1190000000000001": "facebook:video:id:1190000000000001",
        "https://www.facebook.com/share/p/1AbC/": "facebook:shortlink:h:p/1AbC",
        "https://fb.watch/aB1-cD2/": "facebook:shortlink:h:watch/aB1-cD2",
        "https://developers.facebook.com/docs": "facebook:other:none:developers.facebook.com/docs",
    },
    read_address=facebook_address.read_address,
    id_url="https://www.facebook.com/profile.php?id={id}",
    handle_url="https://www.facebook.com/{handle}",
)
