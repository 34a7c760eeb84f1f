"""Time-stamps, the record of collection, exposure, and an end that can be proved."""

from django.db import migrations, models

WARNINGS = [("violence", "Violence"), ("killing", "Killing"), ("bodies", "Bodies"), ("children_harmed", "Children"), ("sexual_violence", "Sexual"), ("hate", "Hate")]
ACTS = [(act, act.capitalize()) for act in ("captured", "seen", "copied", "exported", "deleted", "erased")]
DO = """
create function evidence_capture_guard() returns trigger language plpgsql as $$
begin
  if (new.digest, new.at, new.address, new.way, new.account_id) is distinct from (old.digest, old.at, old.address, old.way, old.account_id)
     or new.by_id is distinct from old.by_id or new.item_id is distinct from old.item_id then
    raise exception 'what was captured, where, when and by whom never changes';
  end if;
  if old.stamp is not null and new.stamp is distinct from old.stamp then
    raise exception 'a time-stamp never changes';
  end if;
  if old.deleted_at is not null and new.deleted_at is null then
    raise exception 'what was deleted does not come back';
  end if;
  return new;
end $$;
create index capture_forwards on evidence_capture using gin ((facts -> 'forwards') jsonb_path_ops);
create trigger evidence_capture_kept before update on evidence_capture for each row execute function evidence_capture_guard();
"""
UNDO = "drop index capture_forwards; drop trigger evidence_capture_kept on evidence_capture; drop function evidence_capture_guard();"


class Migration(migrations.Migration):
    dependencies = [("evidence", "0002_guards"), ("intake", "0006_watch_guards")]
    operations = [
        migrations.AddField("capture", "warning", models.CharField(blank=True, max_length=20, choices=WARNINGS)),
        migrations.AddField("capture", "facts", models.JSONField(default=dict)),
        migrations.AddField("capture", "told", models.JSONField(default=dict)),
        migrations.AddField("capture", "stamp", models.BinaryField(null=True)),
        migrations.AddField("capture", "stamped_at", models.DateTimeField(null=True)),
        migrations.AddField("capture", "erased_at", models.DateTimeField(null=True)),
        migrations.AlterField("custody", "act", models.CharField(choices=ACTS, max_length=10)),
        migrations.AddField("custody", "exposing", models.BooleanField(default=False)),
        migrations.AddIndex("capture", models.Index(fields=["id"], name="capture_unstamped", condition=models.Q(stamp=None, deleted_at=None))),
        migrations.AddIndex("capture", models.Index(fields=["deleted_at"], name="capture_to_erase", condition=models.Q(deleted_at__isnull=False, erased_at=None))),
        migrations.AddIndex("custody", models.Index(fields=["actor", "at"], name="custody_exposure", condition=models.Q(exposing=True))),
        migrations.CreateModel(
            name="Host",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("vantage", models.CharField(max_length=20)),
                ("due_at", models.DateTimeField(null=True)),
                ("closed_until", models.DateTimeField(null=True)),
            ],
            options={"constraints": [models.UniqueConstraint(fields=["name", "vantage"], name="host_once")]},
        ),
        migrations.RunSQL(DO, UNDO),
    ]
