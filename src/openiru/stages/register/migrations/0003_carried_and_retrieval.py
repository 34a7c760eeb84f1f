"""Keeps what a version carried, so that two versions can be compared, and what a publisher's server said last."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0002_guards")]
    operations = [
        migrations.CreateModel(
            name="Carried",
            fields=[
                ("snapshot", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name="carried", serialize=False, to="register.snapshot")),
                ("packed", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Retrieval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=500)),
                ("etag", models.CharField(blank=True, max_length=300)),
                ("last_modified", models.CharField(blank=True, max_length=60)),
                ("asked_at", models.DateTimeField()),
                ("failure", models.CharField(blank=True, max_length=300)),
                ("published_list", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="retrievals", to="register.publishedlist")),
            ],
        ),
        migrations.AddConstraint(
            model_name="retrieval",
            constraint=models.UniqueConstraint(fields=("published_list", "address"), name="retrieval_once_a_file"),
        ),
    ]
