"""Everything of this app up to 0010, in one step for a new database.

Who has taken the single steps goes on from there; they can go with the first release.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.ids
from accounts.migrations._audit_guard import guard, unguard


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('accounts', '0001_initial'),
        ('accounts', '0002_event_notices'),
        ('accounts', '0003_undo_seconds'),
        ('accounts', '0004_teams'),
        ('accounts', '0005_invitations'),
        ('accounts', '0006_hours_and_targets'),
        ('accounts', '0007_audit_log'),
        ('accounts', '0008_retention'),
        ('accounts', '0009_connecting'),
        ('accounts', '0010_checks'),
    ]

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='BusinessAccount',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('waba_id', models.CharField(max_length=32, unique=True)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('currency', models.CharField(blank=True, max_length=8)),
                ('time_zone', models.CharField(blank=True, max_length=64)),
                ('access_token_sealed', models.TextField(blank=True)),
                ('app_secret_sealed', models.TextField(blank=True)),
                ('previous_app_secret_sealed', models.TextField(blank=True)),
                ('previous_app_secret_until', models.DateTimeField(blank=True, null=True)),
                ('verify_token_sealed', models.TextField(blank=True)),
                ('templates_synced_at', models.DateTimeField(blank=True, null=True)),
                ('templates_sync_error', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='BusinessHours',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('time_zone', models.CharField(max_length=64)),
                ('week', models.JSONField(default=list)),
                ('is_default', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='Organization',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('time_zone', models.CharField(default='UTC', max_length=64)),
                ('country_code', models.CharField(blank=True, max_length=4)),
                ('answer_moves_to_pending', models.BooleanField(default=True)),
                ('takeover_before_writing', models.BooleanField(default=False)),
                ('raw_log_days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('closed_months', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('audit_years', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('tombstone_key_sealed', models.TextField(blank=True)),
                ('agents_see', models.CharField(choices=[('all', 'All conversations of the organization'), ('own_and_team', 'Only their own and those of their teams')], default='all', max_length=16)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('id', models.UUIDField(default=accounts.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail address')),
                ('name', models.CharField(max_length=80)),
                ('role', models.CharField(choices=[('agent', 'Agent'), ('supervisor', 'Supervisor'), ('admin', 'Admin')], default='agent', max_length=12)),
                ('language', models.CharField(default='en', max_length=12)),
                ('time_zone', models.CharField(blank=True, max_length=64)),
                ('undo_seconds', models.PositiveSmallIntegerField(default=5)),
                ('theme', models.CharField(default='system', max_length=6)),
                ('session_round', models.PositiveIntegerField(default=0)),
                ('is_active', models.BooleanField(default=True)),
                ('is_staff', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='people', to='accounts.organization')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EventCounter',
            fields=[
                ('organization', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='accounts.organization')),
                ('seq', models.BigIntegerField(default=0)),
                ('audit_number', models.BigIntegerField(default=0)),
                ('audit_hash', models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='PhoneNumber',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('meta_phone_number_id', models.CharField(max_length=32, unique=True)),
                ('display_phone_number', models.CharField(blank=True, max_length=32)),
                ('phone', models.CharField(blank=True, max_length=20)),
                ('verified_name', models.CharField(blank=True, max_length=200)),
                ('label', models.CharField(blank=True, max_length=80)),
                ('sandbox', models.BooleanField(default=False)),
                ('coexistence', models.BooleanField(default=False)),
                ('status', models.CharField(choices=[('active', 'Active'), ('pending_setup', 'Setup not finished'), ('error', 'Error'), ('disconnected', 'Disconnected')], default='pending_setup', max_length=16)),
                ('status_reason', models.CharField(blank=True, max_length=32)),
                ('status_message', models.TextField(blank=True)),
                ('paused_until', models.DateTimeField(blank=True, null=True)),
                ('quality_rating', models.CharField(default='UNKNOWN', max_length=12)),
                ('messaging_limit', models.CharField(blank=True, max_length=24)),
                ('throughput', models.CharField(default='STANDARD', max_length=16)),
                ('bot_id', models.UUIDField(blank=True, null=True)),
                ('bot_name', models.CharField(blank=True, max_length=80)),
                ('bot_enabled', models.BooleanField(default=False)),
                ('auto_reply', models.BooleanField(default=False)),
                ('start_mode', models.CharField(default='human', max_length=8)),
                ('read_receipts', models.CharField(default='on_reply', max_length=8)),
                ('closing_soon_minutes', models.PositiveSmallIntegerField(default=120)),
                ('country_code', models.CharField(blank=True, max_length=4)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='numbers', to='accounts.businessaccount')),
                ('business_hours', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='numbers', to='accounts.businesshours')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='numbers', to='accounts.organization')),
            ],
        ),
        migrations.AddField(
            model_name='businesshours',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hours', to='accounts.organization'),
        ),
        migrations.AddField(
            model_name='businessaccount',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='accounts', to='accounts.organization'),
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.BigIntegerField()),
                ('kind', models.CharField(max_length=48)),
                ('at', models.DateTimeField()),
                ('actor_type', models.CharField(max_length=12)),
                ('actor_id', models.UUIDField(blank=True, null=True)),
                ('key_id', models.UUIDField(blank=True, null=True)),
                ('address', models.CharField(blank=True, max_length=64)),
                ('agent', models.CharField(blank=True, max_length=24)),
                ('conversation', models.UUIDField(blank=True, null=True)),
                ('ids', models.JSONField(default=list)),
                ('data', models.JSONField(default=dict)),
                ('cut_through', models.BigIntegerField(blank=True, null=True)),
                ('hash', models.CharField(max_length=64)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='accounts.organization')),
            ],
            options={
                'indexes': [models.Index(fields=['organization', 'actor_id', '-number'], name='audit_of_actor'), models.Index(fields=['organization', 'kind', '-number'], name='audit_of_kind'), models.Index(fields=['organization', 'at'], name='audit_of_day'), models.Index(condition=models.Q(('cut_through__isnull', False)), fields=['organization', 'cut_through'], name='audit_cuts')],
                'constraints': [models.UniqueConstraint(fields=('organization', 'number'), name='audit_number_once')],
            },
        ),
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('kind', models.CharField(default='integration', max_length=12)),
                ('prefix', models.CharField(max_length=16)),
                ('key_sha256', models.CharField(max_length=64, unique=True)),
                ('secret_sha256', models.CharField(blank=True, max_length=64)),
                ('scopes', models.JSONField(default=list)),
                ('services', models.JSONField(default=list)),
                ('account_ids', models.JSONField(default=list)),
                ('phone_number_ids', models.JSONField(default=list)),
                ('bot_id', models.UUIDField(blank=True, null=True)),
                ('rate_per_minute', models.PositiveIntegerField(default=600)),
                ('rate_per_hour', models.PositiveIntegerField(default=20000)),
                ('case', models.CharField(default='snake', max_length=5)),
                ('profile', models.CharField(blank=True, max_length=4)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='keys_made', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_keys', to='accounts.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organization', 'name'), name='api_key_name_once')],
            },
        ),
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('date', models.DateField()),
                ('name', models.CharField(blank=True, max_length=80)),
                ('spans', models.JSONField(default=list)),
                ('hours', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holidays', to='accounts.businesshours')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('hours', 'date'), name='holiday_once')],
            },
        ),
        migrations.CreateModel(
            name='IdempotencyRecord',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=255)),
                ('method_path', models.CharField(max_length=400)),
                ('body_sha256', models.CharField(max_length=64)),
                ('object_id', models.UUIDField(blank=True, null=True)),
                ('answer_status', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('answer_body', models.BinaryField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('api_key', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='accounts.apikey')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('api_key', 'key'), name='idempotency_key_once')],
            },
        ),
        migrations.CreateModel(
            name='SetupStep',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=24)),
                ('state', models.CharField(choices=[('open', 'Not yet'), ('waiting', 'Waiting'), ('done', 'Done'), ('skipped', 'Not needed'), ('failed', 'Failed')], default='open', max_length=8)),
                ('code', models.CharField(blank=True, max_length=40)),
                ('facts', models.JSONField(default=dict)),
                ('tried_at', models.DateTimeField(blank=True, null=True)),
                ('number', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='setup_steps', to='accounts.phonenumber')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('number', 'name'), name='setup_step_once')],
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('business_hours', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='teams', to='accounts.businesshours')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='teams', to='accounts.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organization', 'name'), name='team_name_once')],
            },
        ),
        migrations.CreateModel(
            name='SlaTarget',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('scope', models.CharField(max_length=80)),
                ('first_reply_minutes', models.PositiveIntegerField(blank=True, null=True)),
                ('next_reply_minutes', models.PositiveIntegerField(blank=True, null=True)),
                ('resolution_minutes', models.PositiveIntegerField(blank=True, null=True)),
                ('in_business_hours', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='accounts.organization')),
                ('phone_number', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='accounts.phonenumber')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='accounts.team')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organization', 'scope'), name='target_scope_once'), models.CheckConstraint(condition=models.Q(('first_reply_minutes__isnull', False), ('next_reply_minutes__isnull', False), ('resolution_minutes__isnull', False), _connector='OR'), name='target_of_something')],
            },
        ),
        migrations.AddField(
            model_name='phonenumber',
            name='default_team',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='accounts.team'),
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254)),
                ('name', models.CharField(blank=True, max_length=80)),
                ('role', models.CharField(choices=[('agent', 'Agent'), ('supervisor', 'Supervisor'), ('admin', 'Admin')], default='agent', max_length=12)),
                ('token_sha256', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('sent_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('invited_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='accounts.organization')),
                ('teams', models.ManyToManyField(blank=True, to='accounts.team')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('accepted_at', None), ('cancelled_at', None)), fields=('organization', 'email'), name='invitation_open_once'), models.CheckConstraint(condition=models.Q(('accepted_at', None), ('cancelled_at', None), _connector='OR'), name='invitation_accepted_or_cancelled')],
            },
        ),
        migrations.CreateModel(
            name='TeamMember',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='accounts.team')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('team', 'person'), name='team_member_once')],
            },
        ),
        migrations.CreateModel(
            name='Checkup',
            fields=[
                ('phone_number', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='checkup', serialize=False, to='accounts.phonenumber')),
                ('due_at', models.DateTimeField()),
                ('asked_at', models.DateTimeField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('state', models.CharField(choices=[('ok', 'ok'), ('warning', 'warning'), ('broken', 'broken'), ('unknown', 'unknown')], default='unknown', max_length=8)),
                ('rhythm', models.JSONField(default=dict)),
                ('rhythm_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['due_at'], name='checkup_due')],
            },
        ),
        migrations.CreateModel(
            name='Check',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('name', models.CharField(choices=[('token', 'token'), ('permissions', 'permissions'), ('account_visible', 'account_visible'), ('number_registered', 'number_registered'), ('webhook_subscription', 'webhook_subscription'), ('webhook_override', 'webhook_override'), ('challenge', 'challenge'), ('signature', 'signature'), ('last_inbound', 'last_inbound'), ('last_status', 'last_status'), ('quality', 'quality'), ('payment', 'payment')], max_length=24)),
                ('state', models.CharField(choices=[('ok', 'ok'), ('warning', 'warning'), ('broken', 'broken'), ('unknown', 'unknown')], max_length=8)),
                ('code', models.CharField(max_length=32)),
                ('evidence', models.JSONField(default=dict)),
                ('repair', models.CharField(blank=True, max_length=24)),
                ('since', models.DateTimeField()),
                ('checked_at', models.DateTimeField()),
                ('phone_number', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='accounts.phonenumber')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('phone_number', 'name'), name='check_once')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField()),
                ('kind', models.CharField(max_length=48)),
                ('conversation', models.UUIDField(blank=True, null=True)),
                ('ids', models.JSONField(default=list)),
                ('data', models.JSONField(default=dict)),
                ('actor_type', models.CharField(max_length=12)),
                ('actor_id', models.UUIDField(blank=True, null=True)),
                ('actor_name', models.CharField(blank=True, max_length=120)),
                ('at', models.DateTimeField()),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='accounts.organization')),
            ],
            options={
                'indexes': [models.Index(fields=['conversation', 'seq'], name='event_of_conversation'), models.Index(condition=models.Q(('kind', 'account.notice')), fields=['organization', '-seq'], name='event_notices')],
                'constraints': [models.UniqueConstraint(fields=('organization', 'seq'), name='event_seq_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='businesshours',
            constraint=models.UniqueConstraint(fields=('organization', 'name'), name='hours_name_once'),
        ),
        migrations.AddConstraint(
            model_name='businesshours',
            constraint=models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('organization',), name='hours_default_once'),
        ),
        migrations.RunPython(guard, unguard, elidable=False),
    ]
