"""Banks in the database: what one person proposed and another confirmed is never changed or deleted, only ended."""

from django.db import migrations

DO = """
create function matching_bank_guard() returns trigger language plpgsql as $$
declare moving text[] := array['confirmed_by_id', 'confirmed_at', 'ended_by_id', 'ended_at'];
begin
  if tg_op = 'DELETE' then
    raise exception 'what detection knew, and by whose word, is never deleted';
  end if;
  if tg_op = 'INSERT' then
    if new.confirmed_by_id is not null then
      raise exception 'a value is proposed first and confirmed by another person after';
    end if;
    return new;
  end if;
  if to_jsonb(new) - moving <> to_jsonb(old) - moving then
    raise exception 'a value of a bank is never changed, only ended';
  end if;
  if old.confirmed_at is not null and (new.confirmed_at is distinct from old.confirmed_at
      or new.confirmed_by_id is distinct from old.confirmed_by_id) then
    raise exception 'a confirmation is never changed';
  end if;
  if old.confirmed_at is null and new.confirmed_at is not null and new.confirmed_by_id is null then
    raise exception 'another person confirms';
  end if;
  if old.ended_at is not null and (new.ended_at is distinct from old.ended_at or new.ended_by_id is distinct from old.ended_by_id) then
    raise exception 'what has ended stays ended';
  end if;
  return new;
end $$;
create trigger matching_bank before insert or update or delete on matching_bankentry
    for each row execute function matching_bank_guard();
"""
UNDO = "drop trigger matching_bank on matching_bankentry; drop function matching_bank_guard();"


class Migration(migrations.Migration):

    dependencies = [('matching', '0001_initial')]

    operations = [migrations.RunSQL(DO, UNDO)]
