"""The database keeps the log append-only: an entry gets its place once, may lose its private record, and never goes."""

from django.db import migrations

ENTRY = """
create function ledger_entry_guard() returns trigger language plpgsql as $$
begin
  if tg_op in ('DELETE', 'TRUNCATE') then
    raise exception 'ledger entries are never deleted';
  end if;
  if new.id <> old.id or new.at <> old.at or new.event <> old.event or new.subject <> old.subject
     or new.leaf <> old.leaf or new.leaf_hash <> old.leaf_hash then
    raise exception 'ledger entries are never changed';
  end if;
  if old.index is not null and new.index is distinct from old.index then
    raise exception 'a ledger entry keeps its place';
  end if;
  if (new.record is distinct from old.record and new.record is not null)
     or (new.salt is distinct from old.salt and new.salt is not null) then
    raise exception 'a private record may only be erased';
  end if;
  return new;
end $$;
create trigger ledger_entry_kept before update or delete on ledger_entry for each row execute function ledger_entry_guard();
create trigger ledger_entry_whole before truncate on ledger_entry for each statement execute function ledger_entry_guard();
create function ledger_checkpoint_guard() returns trigger language plpgsql as $$
begin
  raise exception 'signed checkpoints are never changed';
end $$;
create trigger ledger_checkpoint_kept before update or delete on ledger_checkpoint for each row execute function ledger_checkpoint_guard();
create function ledger_installation_guard() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or new.mode <> old.mode then
    raise exception 'an installation is exercise or live for ever';
  end if;
  return new;
end $$;
create trigger ledger_installation_kept before update or delete on ledger_installation for each row execute function ledger_installation_guard();
"""

UNDO = """
drop trigger ledger_entry_kept on ledger_entry; drop trigger ledger_entry_whole on ledger_entry; drop function ledger_entry_guard();
drop trigger ledger_checkpoint_kept on ledger_checkpoint; drop function ledger_checkpoint_guard();
drop trigger ledger_installation_kept on ledger_installation; drop function ledger_installation_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(ENTRY, UNDO)]
