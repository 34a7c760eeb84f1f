"""Deadlines and hints, how a look was read, canaries by hand, and returns that a person decides."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F

LINKS = [("same_id", "Same Id"), ("announced", "Announced"), ("linked", "Linked"), ("forwards", "Forwards"), ("detected", "Detected"), ("seen_by_a_person", "Seen")]
WORDS = [("open", "Open"), ("same_holder", "Same"), ("another_holder", "Other")]


def give_deadlines(apps, _editor):
    apps.get_model("verify", "Lookup").objects.update(deadline=F("due_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("verify", "0002_any_platform"),
        ("evidence", "0003_seals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField("lookup", "deadline", models.DateTimeField(null=True)),
        migrations.RunPython(give_deadlines, migrations.RunPython.noop),
        migrations.AlterField("lookup", "deadline", models.DateTimeField()),
        migrations.AddField("lookup", "hint", models.CharField(blank=True, max_length=20, default="")),
        migrations.AlterField("lookup", "hint", models.CharField(blank=True, max_length=20)),
        migrations.RemoveConstraint("lookup", "lookup_once"),
        migrations.AddConstraint("lookup", models.UniqueConstraint(fields=["account", "vantage", "deadline"], name="lookup_once")),
        migrations.AddIndex("lookup", models.Index(fields=["vantage", "deadline"], name="lookup_next", condition=models.Q(done_at=None))),
        migrations.AddField("observation", "final_address", models.CharField(blank=True, max_length=600, default="")),
        migrations.AlterField("observation", "final_address", models.CharField(blank=True, max_length=600)),
        migrations.AddField("observation", "signal_set", models.CharField(blank=True, max_length=40, default="")),
        migrations.AlterField("observation", "signal_set", models.CharField(blank=True, max_length=40)),
        migrations.AddField("observation", "read_as", models.CharField(blank=True, max_length=30, default="")),
        migrations.AlterField("observation", "read_as", models.CharField(blank=True, max_length=30)),
        migrations.AddField("observation", "capture", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="observations", to="evidence.capture")),
        migrations.AddField("canarylook", "by_hand", models.BooleanField(default=False)),
        migrations.CreateModel(
            name="Reappearance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("link", models.CharField(max_length=20, choices=LINKS)),
                ("shown", models.CharField(max_length=300)),
                ("at", models.DateTimeField()),
                ("word", models.CharField(max_length=20, choices=WORDS, default="open")),
                ("decided_at", models.DateTimeField(null=True)),
                ("reasons", models.CharField(blank=True, max_length=1000)),
                ("decided_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ("earlier", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="successors", to="intake.account")),
                ("later", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="predecessors", to="intake.account")),
                ("report", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="returns", to="intake.report")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["earlier", "later"], name="reappearance_once"),
                    models.CheckConstraint(
                        condition=models.Q(word="open", decided_by=None) | ~models.Q(word="open") & models.Q(decided_by__isnull=False),
                        name="reappearance_decided_by_a_person",
                    ),
                ]
            },
        ),
    ]
