"""The outbox tells what was taken from what was begun, keeps the bytes that go out, and never changes a Message-ID."""

from django.db import migrations, models

STATES = ["queued", "leased", "sending", "sent", "in_doubt", "failed", "by_hand", "cancelled"]
DO = """
create function notices_dispatch_guard() returns trigger language plpgsql as $$
begin
  if new.message_id <> old.message_id or new.notice_id <> old.notice_id or new.purpose <> old.purpose then
    raise exception 'a message keeps its Message-ID, its notice and its purpose for ever';
  end if;
  if old.state = 'sent' and new.state not in ('sent', 'failed') then
    raise exception 'what was sent is not sent again';
  end if;
  if old.state = 'sending' and new.state in ('leased', 'by_hand') then
    raise exception 'what was begun is in doubt until its result is known';
  end if;
  return new;
end $$;
create trigger notices_dispatch_once before update on notices_dispatch for each row execute function notices_dispatch_guard();
"""
UNDO = "drop trigger notices_dispatch_once on notices_dispatch; drop function notices_dispatch_guard();"


class Migration(migrations.Migration):
    dependencies = [("notices", "0006_compose_and_clock")]
    operations = [
        migrations.AddField("dispatch", "lease", models.CharField(blank=True, db_default="", max_length=16)),
        migrations.AddField("dispatch", "message_sha256", models.CharField(blank=True, db_default="", max_length=64)),
        migrations.AddField("dispatch", "proven_at", models.DateTimeField(null=True)),
        migrations.AlterField(
            "dispatch", "state", models.CharField(choices=[(one, one.replace("_", " ").title()) for one in STATES], max_length=10)
        ),
        migrations.RemoveIndex("dispatch", "dispatch_due"),
        migrations.AddIndex(
            "dispatch",
            models.Index(condition=models.Q(("state", "queued")), fields=["next_try", "id"], name="dispatch_due_first"),
        ),
        migrations.AddIndex(
            "dispatch",
            models.Index(
                condition=models.Q(("state__in", ["leased", "sending"])), fields=["leased_until"], name="dispatch_under_way"
            ),
        ),
        migrations.RunSQL(DO, UNDO),
        migrations.AlterField("notice", "way", models.CharField(max_length=20)),
        migrations.AddConstraint(
            "notice",
            models.CheckConstraint(
                condition=models.Q(models.Q(("platform", "x"), _negated=True), ("way", "portal"), _connector="OR"),
                name="notice_x_by_hand",
            ),
        ),
    ]
