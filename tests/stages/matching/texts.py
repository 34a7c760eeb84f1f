"""Posts with reviewers' labels in the database, for tests of text models."""

from __future__ import annotations

from openiru.stages.intake.models import Account, Item
from openiru.stages.matching.models import TextLabel
from tests import builders
from tests.builders import NOW, Cast
from tests.detect.texts import labelled


def posts(cast: Cast, each: int = 80, *, seed: int = 1, labels: bool = True) -> list[Item]:
    """`each` posts of every kind, each on an account of its own that Ana reported; labelled by her, if so wished."""
    texts = labelled(each, seed=seed)
    first = builders.an_account()
    accounts = Account.objects.bulk_create(
        Account(
            platform=first.platform, kind=first.kind, key=f"{first.key}-{seed}-{number}", url=f"{first.url}-{seed}-{number}",
            first_seen=NOW, retain_until=first.retain_until,
        )
        for number in range(len(texts))
    )  # fmt: skip
    items = Item.objects.bulk_create(
        Item(
            account=account, key=f"{account.key}/1", url=f"{account.url}/1", kind="post", text=one.text,
            language=one.language, first_seen=NOW, retain_until=first.retain_until,
        )
        for account, one in zip(accounts, texts, strict=True)
    )  # fmt: skip
    if labels:
        TextLabel.objects.bulk_create(
            TextLabel(item=item, by_id=cast.ana.person, labels=[str(label) for label in one.labels], at=NOW)
            for item, one in zip(items, texts, strict=True)
        )
    return items


def report_all(cast: Cast, items: list[Item]) -> None:
    """A report of Ana's agency on the account of each."""
    for item in items:
        builders.a_report(item.account, cast.ana)
