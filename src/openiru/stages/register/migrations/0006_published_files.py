"""Keeps which files a version was published in; that a file was part of a version is never unsaid."""

import django.db.models.deletion
from django.db import migrations, models

DO = """
create function register_published_file_guard() returns trigger language plpgsql as $$
begin
  raise exception 'the published files of a version are kept as they were';
end $$;
create trigger register_published_file_kept before update or delete on register_publishedfile for each row
  execute function register_published_file_guard();
"""
UNDO = """
drop trigger register_published_file_kept on register_publishedfile;
drop function register_published_file_guard();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0005_policy_home_and_terms'),
    ]

    operations = [
        migrations.CreateModel(
            name='PublishedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.BigIntegerField()),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='register.snapshot')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('snapshot', 'name'), name='published_file_once')],
            },
        ),
        migrations.RunSQL(DO, UNDO),
    ]
