"""The database refuses a notice without an approval that stands, and never loses one."""

from django.db import migrations

DO = """
create function notices_notice_guard() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from cases_decision where id = new.decision_id and approved and recalled_at is null) then
    raise exception 'no notice without an approval that stands';
  end if;
  return new;
end $$;
create trigger notices_notice_approved before insert on notices_notice for each row execute function notices_notice_guard();
create function notices_kept_guard() returns trigger language plpgsql as $$
begin
  raise exception 'notices, dispatches, messages and answers are never deleted by hand';
end $$;
create trigger notices_notice_kept before delete on notices_notice for each row execute function notices_kept_guard();
create trigger notices_dispatch_kept before delete on notices_dispatch for each row execute function notices_kept_guard();
create trigger notices_answer_kept before update or delete on notices_answer for each row execute function notices_kept_guard();
"""
UNDO = """
drop trigger notices_notice_approved on notices_notice; drop function notices_notice_guard();
drop trigger notices_notice_kept on notices_notice; drop trigger notices_dispatch_kept on notices_dispatch;
drop trigger notices_answer_kept on notices_answer; drop function notices_kept_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]
    operations = [migrations.RunSQL(DO, UNDO)]
