"""The words of triage, protections and quality for the codes of the house."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CASEWORK: dict[str, str | Promise] = {
    # queues
    "clock_overdue": _("overdue"),
    "clock_today": _("due within a day"),
    "clock_week": _("due within a week"),
    "order_score": _("by score"),
    "order_oldest": _("oldest first"),
    # terms of the score
    "confidence": _("matches"),
    "agreement": _("detectors agree"),
    "severity": _("severity"),
    "reach": _("reach"),
    "growth": _("growth"),
    "designation": _("designation"),
    "deadline": _("deadline"),
    "signs": _("signs of protected speech"),
    "protected": _("protected speaker"),
    "rule": _("officers' rule"),
    # signs
    "reporting": _("reporting"),
    "quotation": _("quotation"),
    "condemnation": _("condemnation"),
    "satire": _("satire"),
    "education": _("education"),
    "rights_documentation": _("documentation of abuses"),
    "front": _("the account's own front"),
    # kinds of protection
    "press_union": _("press union"),
    "party": _("political party"),
    "religious_authority": _("religious authority"),
    "official": _("official account"),
    # rules
    "shadow": _("shadow"),
    "off": _("off"),
    "expired": _("expired"),
    # quality
    "refer": _("refer"),
    "not_refer": _("do not refer"),
    "referral_rate": _("referred"),
    "protection_rate": _("protection hits"),
    "refusal_rate": _("refused by the platform"),
    "reversal_rate": _("reversed on appeal"),
}
