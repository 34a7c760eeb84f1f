"""The database keeps custody append-only."""

from django.db import migrations

DO = """
create function evidence_custody_guard() returns trigger language plpgsql as $$
begin
  raise exception 'custody is only ever added to';
end $$;
create trigger evidence_custody_kept before update or delete on evidence_custody for each row execute function evidence_custody_guard();
create function evidence_file_guard() returns trigger language plpgsql as $$
begin
  if new.sha256 <> old.sha256 or new.size <> old.size or new.capture_id <> old.capture_id then
    raise exception 'the digest of captured bytes never changes';
  end if;
  return new;
end $$;
create trigger evidence_file_kept before update on evidence_file for each row execute function evidence_file_guard();
"""
UNDO = """
drop trigger evidence_custody_kept on evidence_custody; drop function evidence_custody_guard();
drop trigger evidence_file_kept on evidence_file; drop function evidence_file_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]
    operations = [migrations.RunSQL(DO, UNDO)]
