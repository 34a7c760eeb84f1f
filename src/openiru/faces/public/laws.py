"""The laws of the house as everybody may read them."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LAWS: tuple[str | Promise, ...] = (
    _(
        "No notice without an organisation whose listing is in force under the policy above. Grounds are a closed list "
        "of five; false news, defamation and decency are not among them."
    ),
    _(
        "Affiliation is evidenced per account by its content or conduct, never by ethnicity, language, religion, topic, "
        "or who follows whom."
    ),
    _("Two different people decide, each account on its own; nobody approves what they assessed."),
    _("A protected speaker (press, rights defenders, research, courts, parliaments, counter-speech) is a hard stop."),
    _("Machines suggest, people decide: no path leads from a score, or from a clock, to a notice."),
    _("Evidence is captured and sealed before a notice goes out, kept as long as redress may need it, then deleted."),
    _("The holder is notified by default; withholding that is a separate approval that expires."),
    _("Every change of state is in a tamper-evident log, whose signed checkpoint is public."),
    _("What a platform claims and what we verified are counted apart. Unknown is the default."),
    _("A notice is never mixed with a demand for user data. Only public content is looked at."),
    _("Everything sent is written as if it will be published."),
    _("An exercise never reaches a real platform, and no figure ranks or sets a target for an officer."),
)
