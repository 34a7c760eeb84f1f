"""A list that was loaded by hand comes into force only after two different people confirmed its hash (law 1)."""

from django.db import migrations

DO = """
create function register_snapshot_guard() returns trigger language plpgsql as $$
begin
  if new.state = 'in_force' and new.loaded_by_hand
     and (select count(distinct person_id) from register_confirmation where snapshot_id = new.id) < 2 then
    raise exception 'a list loaded by hand needs two people''s confirmation';
  end if;
  return new;
end $$;
create trigger register_snapshot_two_people before insert or update on register_snapshot for each row execute function register_snapshot_guard();
"""
UNDO = "drop trigger register_snapshot_two_people on register_snapshot; drop function register_snapshot_guard();"


class Migration(migrations.Migration):
    dependencies = [("register", "0001_initial")]
    operations = [migrations.RunSQL(DO, UNDO)]
