from django.db import migrations

ROOM = "alter table intake_account set (fillfactor = 90)"
"""A page keeps room for a newer number of followers, so that no index of the account is written for it."""


class Migration(migrations.Migration):

    dependencies = [('intake', '0006_watch_guards')]

    operations = [
        migrations.RemoveIndex(model_name='account', name='account_handle'),
        migrations.RunSQL(ROOM, "alter table intake_account reset (fillfactor)"),
    ]
