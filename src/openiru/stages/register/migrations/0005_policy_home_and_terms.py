"""A policy names home authorities and what a single source needs more; policies in force before ask neither, as before."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0004_name_spans'),
    ]

    operations = [
        migrations.AddField(
            model_name='policy',
            name='home_authorities',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None),
        ),
        migrations.AddField(
            model_name='policy',
            name='foreign_needed',
            field=models.SmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='policy',
            name='single_source_terms',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), default=list, size=None),
        ),
        migrations.AddConstraint(
            model_name='policy',
            constraint=models.CheckConstraint(condition=models.Q(('foreign_needed__gte', 0)), name='policy_foreign_needed_counts'),
        ),
    ]
