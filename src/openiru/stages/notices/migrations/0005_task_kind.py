"""A task may also ask to correct a notice whose organisation is still designated."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0004_any_platform'),
    ]

    operations = [
        migrations.AddField(
            model_name='withdrawaltask',
            name='kind',
            field=models.CharField(choices=[('withdraw', 'Withdraw'), ('correct', 'Correct')], default='withdraw', max_length=10),
        ),
    ]
