"""What the database itself refuses in casework: a hold that passes on early, a protected speaker approved, a worded history changed."""

from django.db import migrations

WORDS = """
create function cases_words() returns trigger language plpgsql as $$
begin
  select a.platform, to_tsvector('simple', concat_ws(' ', a.handle, a.stable_id, a.key, a.name,
      (select string_agg(distinct r.claimed_organisation, ' ') from intake_report r
        where r.account_id = a.id and r.agency_id = new.agency_id)))
    into new.platform, new.search from intake_account a where a.id = new.account_id;
  return new;
end $$;
create trigger cases_case_words before insert on cases_case for each row when (new.search is null) execute function cases_words();
update cases_case c set platform = a.platform, search = to_tsvector('simple', concat_ws(' ', a.handle, a.stable_id, a.key, a.name,
      (select string_agg(distinct r.claimed_organisation, ' ') from intake_report r
        where r.account_id = a.id and r.agency_id = c.agency_id))),
    held_at = case when c.held_by_id is null then null else c.held_until - interval '30 minutes' end,
    assessor_id = (select author_id from cases_assessment s where s.case_id = c.id and not s.replaced)
  from intake_account a where a.id = c.account_id;
"""
HOLDS = """
create function cases_hold_guard() returns trigger language plpgsql as $$
begin
  if old.held_by_id is not null and new.held_by_id is not null and new.held_by_id <> old.held_by_id and old.held_until > new.held_at then
    raise exception 'a case that somebody holds passes to nobody else before the hold has ended';
  end if;
  return new;
end $$;
create trigger cases_case_hold before update of held_by_id, held_at, held_until on cases_case
  for each row execute function cases_hold_guard();
"""
SPEECH = """
create function cases_names(p cases_protection, c bigint) returns boolean language sql stable as $$
  select exists (select 1 from cases_case k join intake_account a on a.id = k.account_id where k.id = c
    and ((p.account_key <> '' and p.account_key = a.key) or (p.folded_name <> '' and p.folded_name = any (k.folded))))
$$;

create function cases_protected_guard() returns trigger language plpgsql as $$
declare the_case bigint; stops boolean;
begin
  if not new.approved then
    return new;
  end if;
  select s.case_id, k.sign_stop into the_case, stops
    from cases_assessment s join cases_case k on k.id = s.case_id where s.id = new.assessment_id;
  if exists (select 1 from cases_review r where r.case_id = the_case and r.reviewer_id in (new.decided_by_id, new.assessed_by_id)) then
    raise exception 'the senior review is a third person''s';
  end if;
  if exists (select 1 from cases_protection p where p.ended_at is null and (p.expires_on is null or p.expires_on >= new.at::date)
      and cases_names(p, the_case) and not exists (select 1 from cases_review r where r.case_id = the_case
        and r.protection_id = p.id and r.may_go_on and r.expires_on >= new.at::date)) then
    raise exception 'a protected speaker is not approved without a senior review';
  end if;
  if stops and not exists (select 1 from cases_review r where r.case_id = the_case and r.protection_id is null and r.may_go_on
      and r.expires_on >= new.at::date) then
    raise exception 'signs of protected speech are not passed over without a senior review';
  end if;
  if exists (select 1 from cases_protection p where p.ended_by_id = new.decided_by_id and cases_names(p, the_case)) then
    raise exception 'nobody approves a case whose protection they removed';
  end if;
  return new;
end $$;
create trigger cases_decision_protected before insert on cases_decision for each row execute function cases_protected_guard();

create function cases_protection_guard() returns trigger language plpgsql as $$
declare moving text[] := array['ended_by_id', 'ended_at', 'dropped_at', 'expires_on', 'listed_id'];
begin
  if tg_op = 'DELETE' then
    raise exception 'a protection is never deleted, only ended';
  end if;
  if to_jsonb(new) - moving <> to_jsonb(old) - moving then
    raise exception 'a protection is never changed, only ended';
  end if;
  if new.expires_on is distinct from old.expires_on and new.listed_id is null then
    raise exception 'only a list moves the last day of a protection';
  end if;
  if old.ended_at is not null and (new.ended_at is distinct from old.ended_at or new.ended_by_id is distinct from old.ended_by_id) then
    raise exception 'what has ended stays ended';
  end if;
  if old.ended_at is null and new.ended_at is not null then
    if new.ended_by_id is null or new.ended_by_id = new.added_by_id then
      raise exception 'a protection is ended by somebody who did not add it';
    end if;
    if exists (select 1 from cases_decision d join cases_assessment s on s.id = d.assessment_id
        where d.decided_by_id = new.ended_by_id and d.approved and d.recalled_at is null and cases_names(new, s.case_id)) then
      raise exception 'nobody removes a protection from a case that they approved';
    end if;
  end if;
  return new;
end $$;
create trigger cases_protection_kept before update or delete on cases_protection for each row execute function cases_protection_guard();

create function cases_review_guard() returns trigger language plpgsql as $$
begin
  if exists (select 1 from cases_assessment s left join cases_decision d on d.assessment_id = s.id
      where s.case_id = new.case_id and (s.author_id = new.reviewer_id or d.decided_by_id = new.reviewer_id)) then
    raise exception 'the senior review is a third person''s';
  end if;
  if btrim(new.reasons) = '' then
    raise exception 'a senior review has its reasons';
  end if;
  return new;
end $$;
create trigger cases_review_third before insert or update on cases_review for each row execute function cases_review_guard();
"""
KEPT = """
create function cases_weights_guard() returns trigger language plpgsql as $$
declare moving text[] := array['confirmed_by_id', 'confirmed_at', 'dropped_at'];
begin
  if to_jsonb(new) - moving <> to_jsonb(old) - moving then
    raise exception 'weights are a version: they are never changed, only followed by another';
  end if;
  if old.confirmed_at is null and new.confirmed_at is not null and not exists (select 1 from cases_replay where weights_id = new.id) then
    raise exception 'weights are replayed on past decisions before they come into force';
  end if;
  return new;
end $$;
create trigger cases_weights_kept before update on cases_weights for each row execute function cases_weights_guard();

create function cases_rule_guard() returns trigger language plpgsql as $$
declare moving text[] := array['state', 'switched_by_id', 'switched_at', 'backtest'];
begin
  if to_jsonb(new) - moving <> to_jsonb(old) - moving then
    raise exception 'a rule is never changed: write another one';
  end if;
  return new;
end $$;
create trigger cases_rule_kept before update on cases_triagerule for each row execute function cases_rule_guard();

create function cases_blind_guard() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.answered_at is not null then
    raise exception 'a blind reading is never changed';
  end if;
  if new.answered_at is not null and exists (select 1 from cases_assessment s left join cases_decision d on d.assessment_id = s.id
      where s.case_id = new.case_id and (s.author_id = new.reader_id or d.decided_by_id = new.reader_id)) then
    raise exception 'whoever had part in a case does not read it blindly';
  end if;
  return new;
end $$;
create trigger cases_blind_kept before update or delete on cases_blindreview for each row execute function cases_blind_guard();
"""
UNDO = """
drop trigger cases_case_words on cases_case; drop function cases_words();
drop trigger cases_case_hold on cases_case; drop function cases_hold_guard();
drop trigger cases_decision_protected on cases_decision; drop function cases_protected_guard();
drop trigger cases_protection_kept on cases_protection; drop function cases_protection_guard();
drop trigger cases_review_third on cases_review; drop function cases_review_guard();
drop function cases_names(cases_protection, bigint);
drop trigger cases_weights_kept on cases_weights; drop function cases_weights_guard();
drop trigger cases_rule_kept on cases_triagerule; drop function cases_rule_guard();
drop trigger cases_blind_kept on cases_blindreview; drop function cases_blind_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_casework_at_scale")]
    operations = [migrations.RunSQL(WORDS + HOLDS + SPEECH + KEPT, UNDO)]
