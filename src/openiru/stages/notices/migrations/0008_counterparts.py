"""What platforms' people ask, dispute and want to be told; the people of direct lines; answers to a part of a notice."""

import django.db.models.deletion
import openiru.ledger.ids
from django.conf import settings
from django.db import migrations, models

DO = """
create function notices_counterpart_guard() returns trigger language plpgsql as $$
begin
  raise exception 'what was said to a platform or agreed with it is never changed or deleted';
end $$;
create trigger notices_remark_kept before update or delete on notices_remark for each row execute function notices_counterpart_guard();
create trigger notices_linenote_kept before update or delete on notices_linenote for each row execute function notices_counterpart_guard();
"""
UNDO = """
drop trigger notices_remark_kept on notices_remark; drop trigger notices_linenote_kept on notices_linenote;
drop function notices_counterpart_guard();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0007_outbox'),
        ('people', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='answer',
            name='partial',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name='DirectLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('platform', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=120)),
                ('post', models.CharField(blank=True, max_length=120)),
                ('reach', models.CharField(max_length=200)),
                ('hours', models.CharField(max_length=120)),
                ('noted_at', models.DateTimeField()),
                ('retain_until', models.DateField()),
                ('forgotten_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.agency')),
                ('noted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Hook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=openiru.ledger.ids.new_uuid, unique=True)),
                ('platform', models.CharField(max_length=20)),
                ('url', models.CharField(max_length=300)),
                ('secret_sealed', models.BinaryField()),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='LineNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='notices.directline')),
                ('notice', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='line_notes', to='notices.notice')),
            ],
        ),
        migrations.CreateModel(
            name='Call',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.CharField(max_length=40)),
                ('message_id', models.CharField(max_length=60, unique=True)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('told', 'Told'), ('failed', 'Failed')], default='queued', max_length=10)),
                ('attempts', models.IntegerField(default=0)),
                ('next_try', models.DateTimeField()),
                ('told_at', models.DateTimeField(null=True)),
                ('error', models.CharField(blank=True, max_length=200)),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.notice')),
                ('hook', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='notices.hook')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['next_try'], name='call_due')],
                'constraints': [models.UniqueConstraint(fields=('hook', 'notice', 'event'), name='call_once')],
            },
        ),
        migrations.CreateModel(
            name='Remark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('question', 'Question'), ('dispute', 'Dispute'), ('reply', 'Reply')], max_length=10)),
                ('item', models.CharField(blank=True, max_length=600)),
                ('label', models.CharField(blank=True, max_length=40)),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='remarks', to='notices.notice')),
                ('to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='notices.remark')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'reply'), ('to__isnull', False)), models.Q(models.Q(('kind', 'reply'), _negated=True), ('to', None)), _connector='OR'), name='remark_a_reply_has_its_question')],
            },
        ),
        migrations.RunSQL(DO, UNDO),
    ]
