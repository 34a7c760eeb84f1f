"""Keeps from when to when a list carried each name."""

import django.db.models.deletion
import openiru.terms
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0003_carried_and_retrieval'),
    ]

    operations = [
        migrations.CreateModel(
            name='NameSpan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=400)),
                ('quality', models.CharField(choices=[(openiru.terms.AliasQuality['PRIMARY'], openiru.terms.AliasQuality['PRIMARY']), (openiru.terms.AliasQuality['STRONG'], openiru.terms.AliasQuality['STRONG']), (openiru.terms.AliasQuality['WEAK'], openiru.terms.AliasQuality['WEAK']), (openiru.terms.AliasQuality['PREVIOUS'], openiru.terms.AliasQuality['PREVIOUS'])], max_length=10)),
                ('script', models.CharField(max_length=20)),
                ('since', models.DateField()),
                ('until', models.DateField(null=True)),
                ('listing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='spans', to='register.listing')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('listing', 'name', 'quality'), name='name_span_one_open')],
            },
        ),
    ]
