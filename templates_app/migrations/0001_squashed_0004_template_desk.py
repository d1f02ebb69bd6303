"""Everything of this app up to 0004, in one step for a new database.

Who has taken the single steps goes on from there; they can go with the first release.
"""

import django.db.models.deletion
from django.db import migrations, models

import accounts.ids


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('templates_app', '0001_initial'),
        ('templates_app', '0002_times_of_quality_and_category'),
        ('templates_app', '0003_read_all_again'),
        ('templates_app', '0004_template_desk'),
    ]

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='TemplateReading',
            fields=[
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='template_reading', serialize=False, to='accounts.businessaccount')),
                ('began_at', models.DateTimeField()),
                ('rows', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='TemplateSync',
            fields=[
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='template_sync', serialize=False, to='accounts.businessaccount')),
                ('finished_at', models.DateTimeField()),
                ('added', models.PositiveIntegerField()),
                ('changed', models.PositiveIntegerField()),
                ('removed', models.PositiveIntegerField()),
                ('failed', models.PositiveIntegerField()),
                ('total', models.PositiveIntegerField()),
                ('complete', models.BooleanField()),
                ('error', models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='MessageTemplate',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('meta_template_id', models.CharField(blank=True, max_length=64)),
                ('name', models.CharField(max_length=512)),
                ('language', models.CharField(max_length=24)),
                ('category', models.CharField(blank=True, max_length=64)),
                ('category_at', models.DateTimeField(blank=True, null=True)),
                ('status', models.CharField(max_length=64)),
                ('status_at', models.DateTimeField(blank=True, null=True)),
                ('quality', models.CharField(default='UNKNOWN', max_length=64)),
                ('quality_at', models.DateTimeField(blank=True, null=True)),
                ('parameter_format', models.CharField(default='POSITIONAL', max_length=16)),
                ('components', models.JSONField(default=list)),
                ('body', models.TextField(blank=True)),
                ('rejected_reason', models.CharField(blank=True, max_length=64)),
                ('explanation', models.TextField(blank=True, db_default='', default='')),
                ('advice', models.TextField(blank=True, db_default='', default='')),
                ('sendable', models.BooleanField(default=False)),
                ('not_sendable_reason', models.CharField(blank=True, default='status', max_length=80)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('synced_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='templates', to='accounts.businessaccount')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='templates', to='accounts.organization')),
            ],
            options={
                'indexes': [models.Index(fields=['account', 'meta_template_id'], name='template_of_meta')],
                'constraints': [models.UniqueConstraint(fields=('account', 'name', 'language'), name='template_name_and_language_once'), models.CheckConstraint(condition=models.Q(models.Q(('removed_at__isnull', False), ('status', 'DELETED')), models.Q(models.Q(('status', 'DELETED'), _negated=True), ('removed_at__isnull', True)), _connector='OR'), name='template_deleted_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('not_sendable_reason', ''), ('sendable', True), ('status', 'APPROVED')), models.Q(('sendable', False), models.Q(('not_sendable_reason', ''), _negated=True)), _connector='OR'), name='template_sendable_or_reason')],
            },
        ),
        migrations.CreateModel(
            name='TemplateChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('what', models.CharField(max_length=16)),
                ('before', models.CharField(blank=True, max_length=64)),
                ('after', models.CharField(blank=True, max_length=64)),
                ('reason', models.CharField(blank=True, max_length=64)),
                ('by', models.CharField(blank=True, max_length=120)),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='history', to='templates_app.messagetemplate')),
            ],
            options={
                'indexes': [models.Index(fields=['template', '-at'], name='template_change_of')],
            },
        ),
        migrations.CreateModel(
            name='TemplateDraft',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(blank=True, max_length=512)),
                ('language', models.CharField(blank=True, max_length=24)),
                ('typed', models.JSONField(default=dict)),
                ('by', models.CharField(blank=True, max_length=120)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='template_drafts', to='accounts.businessaccount')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='template_drafts', to='accounts.organization')),
                ('template', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='draft', to='templates_app.messagetemplate')),
            ],
            options={
                'indexes': [models.Index(fields=['organization', '-updated_at'], name='template_drafts_of')],
            },
        ),
    ]
