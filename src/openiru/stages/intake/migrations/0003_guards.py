from django.db import migrations

GUARDS = """
create function report_origin_guard() returns trigger language plpgsql as $$
begin
    if exists (select 1 from (select distinct batch_id from fresh where batch_id is not null) f where not exists (select 1 from intake_batch p where p.id = f.batch_id))
    or exists (select 1 from (select distinct agency_id as id from fresh) f where not exists (select 1 from people_agency p where p.id = f.id))
    or exists (select 1 from (select distinct by_id as id from fresh where by_id is not null) f where not exists (select 1 from people_user p where p.id = f.id))
    or exists (select 1 from (select distinct reporter_id as id from fresh where reporter_id is not null) f where not exists (select 1 from intake_reporter p where p.id = f.id))
    then
        raise exception 'a report names a batch, an agency, a person or a reporter that is not there' using errcode = 'foreign_key_violation';
    end if;
    perform 1 from people_agency p where p.id in (select distinct agency_id from fresh) for key share;
    return null;
end $$;
create trigger report_origin after insert on intake_report
    referencing new table as fresh for each statement execute function report_origin_guard();
create trigger report_origin_kept after update on intake_report
    referencing new table as fresh for each statement execute function report_origin_guard();

create function reported_from_guard() returns trigger language plpgsql as $$
declare used boolean;
begin
    execute format('select exists (select 1 from intake_report where %I = $1)', tg_argv[0]) into used using old.id;
    if used then
        raise exception 'what a report names is never deleted' using errcode = 'foreign_key_violation';
    end if;
    return old;
end $$;
create trigger reported_from before delete on intake_batch for each row execute function reported_from_guard('batch_id');
create trigger reported_from before delete on people_agency for each row execute function reported_from_guard('agency_id');
create trigger reported_from before delete on people_user for each row execute function reported_from_guard('by_id');
create trigger reported_from before delete on intake_reporter for each row execute function reported_from_guard('reporter_id');
"""
UNDO = """
drop trigger reported_from on intake_batch; drop trigger reported_from on people_agency;
drop trigger reported_from on people_user; drop trigger reported_from on intake_reporter;
drop trigger report_origin on intake_report; drop trigger report_origin_kept on intake_report;
drop function reported_from_guard(); drop function report_origin_guard();
"""


class Migration(migrations.Migration):

    dependencies = [('intake', '0002_files_in_parts'), ('people', '0001_initial')]

    operations = [migrations.RunSQL(GUARDS, UNDO)]
