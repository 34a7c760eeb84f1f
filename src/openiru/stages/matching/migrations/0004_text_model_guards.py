"""Text models in the database: a version is never changed or deleted; where it stood, and by whose word, is only ended."""

from django.db import migrations

DO = """
create function matching_model_guard() returns trigger language plpgsql as $$
begin
  raise exception 'a version of a text model is never changed or deleted';
end $$;
create trigger matching_textmodel before update or delete on matching_textmodel
    for each row execute function matching_model_guard();

create function matching_term_guard() returns trigger language plpgsql as $$
declare moving text[] := array['confirmed_by_id', 'confirmed_at', 'ended_by_id', 'ended_at'];
begin
  if tg_op = 'DELETE' then
    raise exception 'where a model stood, and by whose word, is never deleted';
  end if;
  if tg_op = 'INSERT' then
    if new.place = 'live' and new.confirmed_at is not null then
      raise exception 'a model is proposed first and put to use by another person after';
    end if;
    return new;
  end if;
  if to_jsonb(new) - moving <> to_jsonb(old) - moving then
    raise exception 'where a model stood is never changed, only ended';
  end if;
  if old.confirmed_at is not null and (new.confirmed_at is distinct from old.confirmed_at
      or new.confirmed_by_id is distinct from old.confirmed_by_id) then
    raise exception 'a confirmation is never changed';
  end if;
  if old.ended_at is not null and (new.ended_at is distinct from old.ended_at or new.ended_by_id is distinct from old.ended_by_id) then
    raise exception 'what has ended stays ended';
  end if;
  return new;
end $$;
create trigger matching_modelterm before insert or update or delete on matching_modelterm
    for each row execute function matching_term_guard();
"""
UNDO = """
drop trigger matching_modelterm on matching_modelterm; drop function matching_term_guard();
drop trigger matching_textmodel on matching_textmodel; drop function matching_model_guard();
"""


class Migration(migrations.Migration):

    dependencies = [('matching', '0003_text_models')]

    operations = [migrations.RunSQL(DO, UNDO)]
