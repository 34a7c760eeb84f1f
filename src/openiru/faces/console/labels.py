"""The words that officers read for the codes of the house; a code without an entry shows as itself."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openiru.faces.words import FACTS

LABELS: dict[str, str | Promise] = {
    **FACTS,
    # platforms
    "facebook": _("Facebook"),
    "instagram": _("Instagram"),
    "tiktok": _("TikTok"),
    "x": _("X"),
    "telegram": _("Telegram"),
    "whatsapp": _("WhatsApp"),
    # states of a batch, ways to report, what a column holds
    "waiting": _("waiting"),
    "loading": _("being taken in"),
    "loaded": _("taken in"),
    "api": _("key for the API"),
    "webhook": _("signed webhook"),
    "mail": _("mail"),
    "url": _("address of the account"),
    "followers": _("followers"),
    "claimed_organisation": _("claimed organisation"),
    "claimed_lists": _("claimed lists"),
    "item_urls": _("addresses of posts"),
    "note": _("note"),
    "handle": _("handle"),
    "stable_id": _("stable id"),
    "name": _("display name"),
    "seen_at": _("seen on"),
    "text": _("text of the post"),
    "posted_at": _("posted on"),
    "language": _("language"),
    # grounds
    "incites": _("incites to a terrorist offence"),
    "solicits_offence": _("solicits somebody to commit an offence"),
    "solicits_participation": _("solicits participation in the group"),
    "instructs": _("instructs on weapons or methods"),
    "threatens": _("threatens to commit an offence"),
    # what is asked
    "referral": _("referral (voluntary)"),
    "order": _("order (binding)"),
    "platform_policy": _("platform's own rules"),
    "local_law": _("local law"),
    "label": _("label"),
    "withhold": _("withhold in one territory"),
    "remove_items": _("remove items"),
    "disable_account": _("disable account"),
    # states of a case
    "open": _("open"),
    "assessed": _("assessed"),
    "approved": _("approved"),
    "declined": _("declined"),
    "closed": _("closed"),
    "not_referred": _("not referred"),
    "looked_at": _("being looked at"),
    "referred": _("referred to the platform"),
    "gone": _("gone, by the platform's own word"),
    # states of a notice and of its dispatches
    "drafted": _("drafted"),
    "queued": _("queued"),
    "in_doubt": _("in doubt"),
    "failed": _("failed"),
    "sent": _("sent"),
    "received": _("received"),
    "paused": _("clock paused"),
    "answered": _("answered"),
    "withdrawn": _("withdrawn"),
    "leased": _("on its way"),
    "by_hand": _("to submit by hand"),
    "cancelled": _("cancelled"),
    "overdue": _("overdue"),
    "notice": _("notice"),
    "reminder": _("reminder"),
    "withdrawal": _("withdrawal"),
    "smtp": _("e-mail"),
    "email": _("e-mail"),
    "portal": _("platform's form"),
    # outcomes
    "removed_global": _("removed everywhere"),
    "account_disabled": _("account disabled"),
    "withheld": _("withheld"),
    "restricted": _("restricted"),
    "link_revoked": _("link revoked"),
    "duplicate": _("duplicate"),
    "already_gone": _("already gone"),
    "declined_no_violation": _("refused: no violation"),
    "declined_invalid": _("refused: invalid request"),
    "clarification_asked": _("asks back"),
    "no_answer": _("no answer"),
    "no_visible_change": _("no visible change"),
    "reversed": _("reversed"),
    "platform_error_corrected": _("platform corrected its error"),
    # what we saw
    "live": _("live"),
    "live_private": _("live, private"),
    "label_restricted": _("restricted by a label"),
    "suspended": _("suspended"),
    "removed_by_platform": _("removed by the platform"),
    "not_found": _("not found"),
    "renamed": _("renamed"),
    "login_wall": _("login wall"),
    "rate_limited": _("rate limited"),
    "geo_blocked_vantage": _("vantage is blocked"),
    "error": _("error"),
    "unknown": _("unknown"),
    "verified_gone": _("verified gone"),
    "no_longer_visible": _("no longer visible, cause unknown"),
    "withheld_here": _("withheld here"),
    "still_live": _("still live"),
    # protections
    "press": _("press"),
    "rights_defender": _("rights defender"),
    "research": _("research"),
    "court": _("court"),
    "parliament": _("parliament"),
    "counter_speech": _("counter-speech"),
    # evidence
    "upload": _("uploaded"),
    "http": _("fetched"),
    "browser": _("browser"),
    "captured": _("captured"),
    "seen": _("seen"),
    "copied": _("copied"),
    "exported": _("exported"),
    "deleted": _("deleted"),
    # lists
    "unconfirmed": _("unconfirmed"),
    "in_force": _("in force"),
    "quarantined": _("put aside"),
    "superseded": _("superseded"),
    "multilateral": _("multilateral"),
    "national": _("national"),
    "primary": _("primary name"),
    "strong": _("strong alias"),
    "weak": _("weak alias"),
    "previous": _("previous name"),
    "may_refer": _("may be referred"),
    "single_source": _("single source, needs a second opinion"),
    "may_not_refer": _("NOT designated under the policy"),
    "referral_only": _("no order, only referrals"),
    "own_rules_only": _("only under the platform's own rules"),
    "manual_only": _("may only be looked at by hand"),
    # why a list version was put aside
    "count_differs": _("the number of entries is not what the list itself says"),
    "shrunk": _("it lost more than a fifth of its organisations"),
    "older_than_in_force": _("it is older than the version in force"),
    # what is doubtful about a reported address
    "lookalike_host": _("the host only looks like a platform's"),
    "foreign_letters": _("the host is written in other letters"),
    "instance_not_confirmed": _("by its address a Mastodon server; nobody confirmed it"),
    "shared_host": _("many people publish on this host: only this page is meant"),
    "legacy_name": _("an old form of name: another channel may have it as its handle"),
    "mirror": _("from a site that mirrors the platform"),
    "redirector": _("taken out of a redirecting address"),
    "archive": _("taken out of an archive's address"),
    "defanged": _("was made unclickable"),
    "invisible_characters": _("had invisible signs in it"),
    "handle_not_checked": _("the platform ignores the handle in this address"),
    "private_media": _("the code of a private post"),
    "personal_data": _("a telephone number"),
    # watch lists
    "account": _("account"),
    "term": _("search term"),
    # screening
    "same": _("same name"),
    "spelling": _("spelling"),
    "weak_alias": _("weak alias"),
    "sound": _("sounds alike in another script"),
    "part": _("part of the name"),
    "close": _("close"),
    # appeals and messages
    "upheld": _("upheld"),
    "rejected": _("rejected"),
    "read": _("read"),
    "unread": _("not understood"),
    "unplaced": _("not placed"),
    "settled": _("settled"),
    # what the clock proposes
    "remind": _("remind"),
    "next_leg": _("next leg"),
    "answer_question": _("answer them"),
    "look_in_doubt": _("settle the doubt"),
    "leg_platform_policy": _("own rules"),
    "leg_local_law": _("local law"),
    "none": _("nothing"),
    # gaps
    "hard": _("stops the notice"),
    "soft": _("for your judgement"),
    # roles
    "analyst": _("analyst"),
    "approver": _("approver"),
    "second_opinion": _("second legal opinion"),
    "senior_reviewer": _("senior reviewer"),
    "liaison": _("liaison"),
    "supervisor": _("supervisor"),
    "auditor": _("auditor"),
    "administrator": _("administrator"),
    "platform_contact": _("platform contact"),
    # Rabat
    "context": _("Context"),
    "speaker": _("Speaker"),
    "intent": _("Intent"),
    "content": _("Content and form"),
    "extent": _("Extent of the speech act"),
    "likelihood": _("Likelihood of harm, imminence included"),
    # kinds of figures
    "work": _("Work"),
    "claimed": _("Claimed by the platform"),
    "verified": _("Verified by us"),
    "errors": _("Errors"),
}


def label(code: object) -> str:
    """The words for a code; an unknown one reads as itself, with spaces."""
    text = str(code or "")
    return str(LABELS.get(text, text.replace("_", " ")))


def options(codes: Iterable[Enum | str]) -> list[tuple[str, str]]:
    """Value and words of each code, for a select."""
    plain = [str(code.value if isinstance(code, Enum) else code) for code in codes]
    return [(code, label(code)) for code in plain]
