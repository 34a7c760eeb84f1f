"""The one table that turns a rule's code into a sentence and an HTTP status, for every face."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openiru.errors import Refused, Unavailable, Unreadable

WORDS: dict[str, tuple[int, str | Promise]] = {
    "not_found": (404, _("There is nothing here, or it is not yours to see.")),
    "not_allowed": (403, _("Your role does not allow this.")),
    "needs_person": (403, _("Only a person may do this: sign in or use a personal token.")),
    "token_invalid": (401, _("This token is not known, has ended or was revoked.")),
    "needs_reporter": (403, _("Only a reporter's key may do this.")),
    "signature_invalid": (401, _("The signature of this message does not hold, or its time is not fresh.")),
    "body_invalid": (422, _("The request is not of the form that the description says.")),
    "reporter_exists": (409, _("Somebody reports from this address already.")),
    "case_is_open": (409, _("The account to be given up has an open case: close that first.")),
    "too_many": (413, _("Too many rows in one message: send a file.")),
    "form_invalid": (422, _("Something in the form cannot be.")),
    "roles_invalid": (422, _("These roles cannot be given.")),
    "own_roles": (403, _("Nobody changes their own roles.")),
    "user_exists": (409, _("Somebody with this address is here already.")),
    "installation_is_for_ever": (409, _("An installation stays what it is: exercise or live.")),
    "live_has_no_clock": (409, _("Only an exercise may run its clock ahead.")),
    "clock_never_goes_back": (409, _("The clock never goes back.")),
    "other_batches": (409, _("That folder holds the matches of other posts; choose an empty one.")),
    "other_detectors": (409, _("That folder holds the matches of other detectors or versions; choose an empty one.")),
    "same_person": (403, _("Another person must do this: nobody decides on what they assessed.")),
    "not_designated": (422, _("No listing in force designates this organisation under the policy in force.")),
    "protected": (422, _("A protection stands against this: a senior reviewer must decide first.")),
    "opinion_missing": (422, _("A single-source designation needs a second legal opinion first.")),
    "opinion_disagrees": (422, _("The second legal opinion does not agree.")),
    "evidence_missing": (422, _("Every item needs captured evidence before a notice may go out.")),
    "exposure_budget": (429, _("Enough pictures for today: go on with text, or hand this to a colleague.")),
    "file_exists": (409, _("There is something at that place already; name a new folder.")),
    "not_a_bag": (422, _("This folder is not a bag of evidence.")),
    "not_erased": (409, _("The store still has bytes that should be gone.")),
    "no_authority": (422, _("No time-stamp authority is named in the settings.")),
    "same_account": (422, _("This is the earlier account itself.")),
    "only_get": (403, _("A captured page may only read.")),
    "assessment_incomplete": (422, _("The assessment is not complete.")),
    "assessment_stale": (409, _("Somebody changed this meanwhile: look again.")),
    "wrong_state": (409, _("This is not the moment for that step.")),
    "held_by_other": (409, _("A colleague works on this case now.")),
    "reasons_missing": (422, _("Please give your reasons.")),
    "ladder_not_climbed": (422, _("The platform's own rules come first; the local-law leg follows.")),
    "order_not_yours": (403, _("Your agency has no power to issue orders.")),
    "notice_incomplete": (422, _("The notice is not complete; the preflight says what is missing.")),
    "notice_open": (409, _("A notice of this leg is under way.")),
    "nothing_to_correct": (409, _("Every listing that this notice states still stands.")),
    "step_not_proposed": (409, _("The policy does not propose this step now.")),
    "not_an_order": (422, _("Only an order has such an answer.")),
    "line_end_date": (422, _("Please say until when this contact is needed: within a year from today.")),
    "way_does_not_fit": (422, _("This notice may not go this way, or no line is set up for it.")),
    "notice_not_sent": (409, _("This notice has not been sent.")),
    "appeal_open": (409, _("An appeal against this notice is being decided.")),
    "code_unknown": (404, _("This code is not known.")),
    "nobody_to_ask": (409, _("Nobody of the agency may withdraw this notice: give somebody the role.")),
    "on_hold": (409, _("An appeal was upheld or is open: nothing goes out.")),
    "loopback_only": (403, _("An exercise sends to loopback only.")),
    "no_leave": (
        403,
        _(
            "No agency with a case on this account has leave to open {platform} by machine: ask for it under Watch lists."
        ),
    ),
    "one_vantage": (
        403,
        _("A machine looks from one place: name one in OPENIRU_VANTAGE, and all of them in OPENIRU_VANTAGES."),
    ),
    "live_has_no_sandbox": (403, _("A live installation has no stand-in platforms.")),
    "nondisclosure_too_long": (422, _("Telling the holder may be put off by six weeks, and once by six more.")),
    "snapshot_state": (409, _("This version of the list is not waiting for confirmation.")),
    "checkpoint_signature": (422, _("The signature of the checkpoint is not valid.")),
    "cosignature": (422, _("The witness's signature is not valid.")),
    "checkpoint_format": (422, _("This is not a checkpoint.")),
    "vkey_invalid": (422, _("This is not a key of a log.")),
    "export_mismatch": (409, _("The leaves do not give the signed root.")),
    "folder_not_empty": (409, _("The folder is not empty.")),
    "form_incomplete": (422, _("Something in this form is missing or is not one of the choices.")),
    "file_missing": (422, _("No file was chosen, or it is empty.")),
    "list_unknown": (422, _("This list is not known: describe it first.")),
    "format_unknown": (422, _("This form of list is not one that we can read.")),
    "list_differs": (409, _("There is a list of this name with another authority.")),
    "snapshot_not_waiting": (409, _("This version of the list is not waiting for confirmation.")),
    "snapshot_outdated": (409, _("A newer version of this list is in force.")),
    "source_missing": (422, _("Say where you compared the hash.")),
    "reason_missing": (422, _("Please give your reasons.")),
    "already_linked": (409, _("This listing is of this organisation already.")),
    "policy_counts_nobody": (422, _("A policy must count at least one authority.")),
    "policy_needs_at_least_one": (422, _("A policy needs at least one authority for each way.")),
    "policy_foreign_unreachable": (422, _("So many foreign authorities cannot be reached with those that count.")),
    "policy_home_missing": (422, _("Name the home authorities if foreign ones are needed.")),
    "single_source_no_order": (422, _("The policy allows no order on a single-source designation.")),
    "single_source_own_rules": (
        422,
        _("The policy allows a single-source designation only under the platform's own rules."),
    ),
    "file_there": (409, _("There is a file of this name already.")),
    "policy_in_force": (409, _("This policy is in force already.")),
    "policy_outdated": (409, _("Another policy came into force since this one was proposed.")),
    "list_has_no_address": (422, _("This list has no address to fetch it from: load it by hand.")),
    "authority_differs": (409, _("The file names another authority than the list's.")),
    "snapshot_unreadable": (409, _("This version could not be read, so it cannot come into force.")),
    "contents_not_kept": (409, _("What this version carried was not kept, so it cannot be compared.")),
    "not_comparable": (422, _("These are versions of two different lists.")),
    "too_big": (413, _("This is too big.")),
    "watch_end_date": (422, _("Please give a last day, within a year from today.")),
    "watch_rate": (422, _("Please give a rate from 1 to 600 requests an hour.")),
    "watch_terms_missing": (422, _("The network's terms limit this: say why it is lawful all the same.")),
    "watch_subject": (422, _("This names no account or term that the connector can watch.")),
    "bank_value": (422, _("This value cannot be compared.")),
    "bank_organisation": (422, _("What suggests must suggest an organisation.")),
    "model_too_few": (409, _("There are too few labelled texts to learn a ground from.")),
    "model_labels": (409, _("Too few texts were labelled by this unit's own reviewers for a model to go live.")),
    "model_not_in_shadow": (409, _("A model goes live from shadow only.")),
    "model_shadow_short": (409, _("The model has not read enough posts in shadow yet.")),
    "model_compared": (409, _("The model was measured beside another than the one that is live: train again.")),
    "model_worse": (409, _("The model suggests more harmless texts than the one that is live.")),
    "no_text_model": (422, _("OPENIRU_TEXT_MODEL names no model of a known kind.")),
    "text_label": (422, _("Choose what the text is; none of these stands alone.")),
    "bank_exists": (409, _("This value is in the bank or proposed already.")),
    "watch_exists": (409, _("This is watched or proposed already.")),
    "reasons_same": (
        422,
        _("These are the reasons that you gave for another account of this bundle: each has its own."),
    ),
    "weights_invalid": (422, _("These weights cannot be: each term once, and what protects never adds points.")),
    "weights_not_replayed": (
        409,
        _("Replay these weights on past decisions first: nobody switches on what nobody saw."),
    ),
    "rule_invalid": (422, _("This rule cannot be.")),
    "approved_it": (403, _("You approved a case of this speaker: another person ends the protection.")),
    "removed_it": (403, _("You removed a protection of this account: another person decides.")),
    "language_unread": (422, _("Nobody who decides reads this language: name who translated it.")),
    "other_interest": (409, _("Another agency has an interest in this account: ask through the hub.")),
    "hold_end_date": (422, _("Please give a last day within a fortnight.")),
    "cooling_off": (409, _("The approval may still be recalled: it goes out when the cool-off is over.")),
    "address_unreadable": (422, _("This address cannot be taken.")),
    "look_by_hand": (409, _("This platform lets no machine look: a person looks and notes what is seen.")),
    "address_forbidden": (403, _("This address is not one that may be fetched.")),
}


FACTS: dict[str, str | Promise] = {
    # what an assessment may lack
    "organisation_id": _("the organisation"),
    "affiliation": _("why this account is the organisation's own voice"),
    "purpose": _("the purpose test"),
    "least_restrictive": _("why less is not enough"),
    "policy_line": _("the platform's rule"),
    "policy_why": _("why this breaks the platform's rule"),
    "law": _("the law"),
    "law_articles": _("the articles of the law"),
    "territory": _("the territory"),
    "items": _("at least one item"),
    "signs_on_front": _("signs of protected speech on the account's own front"),
    "no_such_kind": _("no such kind of protection"),
    # why an organisation may not be referred
    "not_listed": _("on no loaded list"),
    "list_quarantined": _("its list version was put aside"),
    "list_unconfirmed": _("its list was loaded by hand and is not confirmed by two people"),
    "listing_ended": _("its listing has ended"),
    "list_superseded": _("the newest list version no longer has it"),
    "listing_not_linked": _("nobody said yet that this listing is this organisation"),
    "listing_not_yet": _("it is listed from a later day"),
    "authority_not_counted": _("the authority does not count under the policy in force"),
    "too_few_authorities": _("too few authorities list it"),
    "too_few_foreign": _("too few foreign authorities list it"),
    "single_national": _("only one national authority lists it"),
    "no_organisation": _("no organisation was named"),
    # why a row of intake was not taken
    "empty": _("nothing stands there"),
    "no_url": _("no address in this row"),
    "no_address": _("no address in this line"),
    "no_url_column": _("the heading names no column of addresses (url, link, account …)"),
    "empty_file": _("the file is empty"),
    "bad_quoting": _("the quotes of this row do not close"),
    "followers_not_a_number": _("the followers are not a number"),
    "lookalike_host": _("the host only looks like a platform's"),
    "not_a_platform": _("not a platform we know"),
    "short_link": _("a short link: follow it first"),
    "short_link_elsewhere": _("a short link: follow it first"),
    "item_without_account": _("a post whose address does not name its account: give the account too"),
    "item_of_another_account": _("the post is of another account"),
    "not_an_account": _("the address names no account"),
    "too_long": _("too long"),
    "line_too_long": _("the line is too long"),
    "not_utf-8": _("not a text in UTF-8, and without a mark of another encoding"),
    "control_character": _("has a control character in it"),
    "whitespace": _("has a space in it"),
    "scheme": _("not a web address"),
    "userinfo": _("has a user name in it, as forged links have"),
    "port": _("has a port in it"),
    "malformed": _("not a well-formed address"),
    "redirect_loop": _("redirects to itself"),
    "phone_in_address": _("the address has a telephone number in it: give it without"),
    "not_rdap": _("not an entry of a register of domains"),
    "not_an_instance": _("not what a Mastodon server says of itself"),
    "bad_term": _("a search term has 3 to 100 signs; a tag is written #word@host"),
    "bad_phone": _("not a telephone number"),
    # why a reader did not take a row, or a whole file
    "too_many_columns": _("more than a thousand columns"),
    "more_cells_than_headings": _("more cells than the heading has: a delimiter stands in a cell, nobody knows which"),
    "line_cut": _("the last line is cut off"),
    "before_heading": _("stands above the heading"),
    "formula_cell": _("a formula: it is never calculated, write what it came to"),
    "id_lost": _("a spreadsheet or a program rounded this id, it is lost: export it again as text"),
    "not_an_id": _("not a number that could be an account's id"),
    "date_unclear": _("nobody can know which day this is: write it as 2025-08-14"),
    "missing": _("a field without which no account can be named is missing"),
    "missing_column": _("a column that this format always has is missing"),
    "repeated_column": _("two columns have the same heading"),
    "no_such_column": _("no column of this name"),
    "nul_byte": _("has a NUL byte in it"),
    "lone_surrogate": _("has half a character in it"),
    "not_utf-16-le": _("not a text in UTF-16"),
    "not_utf-16-be": _("not a text in UTF-16"),
    "unknown_encoding": _("an encoding that is not read: save it as UTF-8"),
    "not_json": _("not JSON"),
    "json_cut": _("the file is cut off here"),
    "json_too_deep": _("nested deeper than any real file"),
    "duplicate_key": _("names one key twice, so that two programs would read two things"),
    "record_too_long": _("one record is longer than any real one"),
    "expected_object": _("an object in braces was expected here"),
    "expected_array": _("a list in brackets was expected here"),
    "not_text": _("text was expected here"),
    "not_a_literal": _("not a value as Python prints it; nothing is ever run"),
    "not_this_format": _("not a file of this format"),
    "type_not_read": _("a kind of record that is not read"),
    "platform_not_read": _("a platform that this reader does not know"),
    "account_type_not_read": _("a kind of account whose address is not known"),
    "no_public_address": _("has neither a public address nor a user name: its id is known to Meta's library only"),
    "authors_pseudonymised": _("the authors are pseudonymised: nobody can be named, export without it"),
    "private_chat": _("a private chat: it is never read"),
    "said_by_the_platform": _("the platform itself reported an error here"),
    "revoked": _("its maker withdrew it"),
    "marked_tlp_red": _("marked TLP:RED: it may not become a notice to a platform"),
    "marked_tlp_amber_strict": _("marked TLP:AMBER+STRICT: it may not leave the organisation it was sent to"),
    "marking_unknown": _("has a marking that is not known, so it may not be passed on"),
    "too_many_references": _("more references between objects than can be kept"),
    "old_excel": _("an old or encrypted Excel file: save it as XLSX without a password"),
    "not_xlsx": _("not a readable XLSX file"),
    "zip_bomb": _("would expand to far more than it seems: refused before it did"),
    "too_large": _("larger than what is read"),
    "broken_xml": _("its XML is broken or cut off"),
    "broken_cell": _("a cell of this row is broken"),
    "document_type": _("has a document type declaration, which no honest sheet has"),
    "other_sheet": _("this sheet was not read, only the first visible one is: save it as a file of its own"),
}
"""Words for the codes that a rule gives as facts; a code that is not here shows as itself."""


def text_of(error: Exception) -> str:
    """The sentence for an error, with the facts a rule gave."""
    if isinstance(error, Refused):
        words = WORDS.get(error.code)
        shown = "; ".join(f"{key}: {_plain(value)}" for key, value in error.facts.items())
        return f"{words[1] if words else error.code}{f' ({shown})' if shown else ''}"
    if isinstance(error, Unavailable):
        return f"{error.service}: {error.reason}"
    if isinstance(error, Unreadable):
        return f"{error.where}: {_fact(error.reason)}" if error.where else _fact(error.reason)
    return str(error)


def status_of(error: Exception) -> int:
    """The HTTP status for an error."""
    if isinstance(error, Refused):
        return WORDS[error.code][0] if error.code in WORDS else 422
    return 422 if isinstance(error, Unreadable) else 503


def _plain(value: object) -> str:
    return ", ".join(_fact(str(part)) for part in value) if isinstance(value, list | tuple) else _fact(str(value))


def _fact(code: str) -> str:
    """The words of one fact: of `items.2.why` the number stays, so that it can be found in the form."""
    room, _dot, rest = code.partition(".")
    if room in {"items", "rabat"} and rest:
        return f"{room} {rest.replace('.', ' ')}"
    return str(FACTS.get(code, code))
