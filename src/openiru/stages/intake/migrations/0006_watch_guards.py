"""Watch lists in the database: what two people agreed to is never changed, and nothing is found after it ended."""

from django.db import migrations

DO = """
create function intake_agreed_guard() returns trigger language plpgsql as $$
declare
  moving text[] := array['approved_by_id', 'approved_at', 'ended_by_id', 'ended_at', 'state', 'next_at', 'leased_until', 'attempts',
    'error', 'looked_at'];
begin
  if tg_op = 'DELETE' then
    raise exception 'what was watched, and by whose word, is never deleted';
  end if;
  if tg_op = 'INSERT' then
    if new.ends_on > (new.proposed_at at time zone 'UTC')::date + 366 then
      raise exception 'a watch lasts a year at most';
    end if;
    if new.approved_by_id is not null then
      raise exception 'a watch is proposed first and approved by another person after';
    end if;
    return new;
  end if;
  if to_jsonb(new) - moving <> to_jsonb(old) - moving then
    raise exception 'what two people agreed to is never changed, only ended';
  end if;
  if old.approved_by_id is not null and (new.approved_by_id is distinct from old.approved_by_id or new.approved_at <> old.approved_at) then
    raise exception 'an approval is never changed, only ended';
  end if;
  if old.ended_at is not null and (new.ended_at is distinct from old.ended_at or new.ended_by_id is distinct from old.ended_by_id
      or new.approved_at is distinct from old.approved_at) then
    raise exception 'what has ended stays ended';
  end if;
  if old.approved_by_id is null and new.approved_by_id is not null and (new.approved_at at time zone 'UTC')::date > new.ends_on then
    raise exception 'what is over cannot be approved';
  end if;
  return new;
end $$;
create trigger intake_permit_agreed before insert or update or delete on intake_permit for each row execute function intake_agreed_guard();
create trigger intake_watch_agreed before insert or update or delete on intake_watch for each row execute function intake_agreed_guard();

create function intake_finding_guard() returns trigger language plpgsql as $$
declare
  found_on date := (new.at at time zone 'UTC')::date;
begin
  if not exists (
    select 1 from intake_watch w join intake_permit p on p.agency_id = w.agency_id and p.connector = w.connector
    where w.id = new.watch_id
      and w.approved_by_id is not null and w.ended_at is null and w.ends_on >= found_on
      and p.approved_by_id is not null and p.ended_at is null and p.ends_on >= found_on
  ) then
    raise exception 'nothing is found for a watch that two people do not let go on';
  end if;
  return new;
end $$;
create trigger intake_finding_in_force before insert on intake_finding for each row execute function intake_finding_guard();
"""
UNDO = """
drop trigger intake_permit_agreed on intake_permit; drop trigger intake_watch_agreed on intake_watch; drop function intake_agreed_guard();
drop trigger intake_finding_in_force on intake_finding; drop function intake_finding_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0005_watch_lists")]
    operations = [migrations.RunSQL(DO, UNDO)]
