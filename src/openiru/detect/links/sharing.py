"""Which rare addresses several accounts post: a sign that they belong together, the rarer the stronger."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from openiru.detect.links.finding import places_in

RAREST = 5
"""An address that more accounts of the corpus post says nothing about any two of them."""

SHARED = pa.schema(
    [
        pa.field("link", pa.string(), nullable=False),
        pa.field("account", pa.string(), nullable=False),
        pa.field("posts", pa.int64(), nullable=False, metadata={"meaning": "rows of this account that hold the link"}),
        pa.field("accounts", pa.int64(), nullable=False, metadata={"meaning": "accounts of the corpus that post it"}),
    ]
)


def shared_links(posts: pa.Table, *, at_most: int = RAREST) -> pa.Table:
    """SHARED rows for every link of at least two and `at_most` accounts, the rarest first; from columns account and text.

    A link is what the address itself names. Rarity is how many accounts of this corpus post it: the larger the corpus,
    the more it says; an account's own address counts as posted like any other.
    """
    accounts = posts.column("account").to_pylist()
    found = [(place.keys[0], accounts[place.row], place.row) for place in places_in(posts.column("text"))]
    links, whose, rows = zip(*dict.fromkeys(found), strict=True) if found else ((), (), ())
    table = pa.table({"link": pa.array(links, pa.string()), "account": pa.array(whose, pa.string()), "row": rows})
    by_account = table.group_by(["link", "account"]).aggregate([("row", "count")])
    by_link = by_account.group_by("link").aggregate([("account", "count")])
    rare = by_link.filter((pc.field("account_count") > 1) & (pc.field("account_count") <= at_most))
    joined = by_account.join(rare, "link", join_type="inner").rename_columns(["link", "account", "posts", "accounts"])
    return joined.sort_by([("accounts", "ascending"), ("link", "ascending"), ("account", "ascending")]).cast(SHARED)
