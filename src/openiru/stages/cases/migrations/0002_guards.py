"""Four eyes in the database: the person who assessed is taken from the assessment itself, never from the writer's word."""

from django.db import migrations

DO = """
alter table cases_decision add constraint decision_names_the_assessor
  foreign key (assessment_id, assessed_by_id) references cases_assessment (id, author_id);
alter table cases_opinion add constraint opinion_names_the_assessor
  foreign key (assessment_id, assessed_by_id) references cases_assessment (id, author_id);

create function cases_decision_guard() returns trigger language plpgsql as $$
begin
  if exists (select 1 from cases_opinion where assessment_id = new.assessment_id and author_id = new.decided_by_id) then
    raise exception 'the second opinion and the decision are two people''s';
  end if;
  if tg_op = 'UPDATE' and (to_jsonb(new) - 'recalled_at' <> to_jsonb(old) - 'recalled_at'
      or (old.recalled_at is not null and new.recalled_at is distinct from old.recalled_at)) then
    raise exception 'a decision is never changed, only recalled';
  end if;
  if new.approved and tg_op = 'INSERT' then
    if exists (select 1 from cases_assesseditem where assessment_id = new.assessment_id and capture_id is null) then
      raise exception 'no approval without captured evidence of each item';
    end if;
    if not exists (select 1 from cases_assesseditem where assessment_id = new.assessment_id) then
      raise exception 'no approval without an item';
    end if;
    if not exists (select 1 from cases_assessment where id = new.assessment_id and organisation_id is not null and refer) then
      raise exception 'no approval without an organisation';
    end if;
  end if;
  return new;
end $$;
create trigger cases_decision_four_eyes before insert or update on cases_decision for each row execute function cases_decision_guard();

create function cases_decided_guard() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'cases_decision' then
    raise exception 'a decision is never deleted';
  end if;
  if exists (select 1 from cases_decision where assessment_id = old.assessment_id) then
    raise exception 'what was decided on stays as it was';
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  return new;
end $$;
create trigger cases_decision_kept before delete on cases_decision for each row execute function cases_decided_guard();
create trigger cases_assesseditem_kept before update or delete on cases_assesseditem for each row execute function cases_decided_guard();

create function cases_opinion_guard() returns trigger language plpgsql as $$
begin
  if exists (select 1 from cases_decision where assessment_id = new.assessment_id and decided_by_id = new.author_id) then
    raise exception 'the second opinion and the decision are two people''s';
  end if;
  return new;
end $$;
create trigger cases_opinion_four_eyes before insert or update on cases_opinion for each row execute function cases_opinion_guard();

create function cases_assessment_guard() returns trigger language plpgsql as $$
begin
  if new.author_id <> old.author_id or new.case_id <> old.case_id or new.affiliation <> old.affiliation or new.refer <> old.refer
     or new.organisation_id is distinct from old.organisation_id then
    raise exception 'an assessment is replaced, never changed';
  end if;
  return new;
end $$;
create trigger cases_assessment_kept before update on cases_assessment for each row execute function cases_assessment_guard();
"""
UNDO = """
drop trigger cases_decision_four_eyes on cases_decision; drop function cases_decision_guard();
drop trigger cases_decision_kept on cases_decision; drop trigger cases_assesseditem_kept on cases_assesseditem;
drop function cases_decided_guard();
drop trigger cases_opinion_four_eyes on cases_opinion; drop function cases_opinion_guard();
drop trigger cases_assessment_kept on cases_assessment; drop function cases_assessment_guard();
alter table cases_decision drop constraint decision_names_the_assessor;
alter table cases_opinion drop constraint opinion_names_the_assessor;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunSQL(DO, UNDO)]
