"""An appeal is decided by somebody who neither assessed, decided nor gave an opinion on any step of the case."""

from django.db import migrations

DO = """
create function redress_appeal_guard() returns trigger language plpgsql as $$
begin
  if new.decided_by_id is not null and exists (
    select 1 from notices_notice n
    join cases_assessment a on a.case_id = n.case_id
    left join cases_decision d on d.assessment_id = a.id
    left join cases_opinion o on o.assessment_id = a.id
    where n.id = new.notice_id and new.decided_by_id in (a.author_id, d.decided_by_id, o.author_id)
  ) then
    raise exception 'an appeal is decided by somebody who had no part in the decision';
  end if;
  return new;
end $$;
create trigger redress_appeal_other_eyes before insert or update on redress_appeal for each row execute function redress_appeal_guard();
"""
UNDO = "drop trigger redress_appeal_other_eyes on redress_appeal; drop function redress_appeal_guard();"


class Migration(migrations.Migration):
    dependencies = [("redress", "0001_initial")]
    operations = [migrations.RunSQL(DO, UNDO)]
