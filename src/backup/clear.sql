do $chit$
declare
    it record;
begin
    for it in
        select format('drop view if exists %I.%I cascade', schemaname, viewname) as drop
        from pg_views where schemaname = current_schema()
        union all
        select format('drop table if exists %I.%I cascade', schemaname, tablename)
        from pg_tables where schemaname = current_schema()
        union all
        select format('drop sequence if exists %I.%I cascade', schemaname, sequencename)
        from pg_sequences where schemaname = current_schema()
        union all
        select format('drop routine if exists %s cascade', pg_proc.oid::regprocedure)
        from pg_proc
        where pronamespace = current_schema()::regnamespace
          and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
        union all
        select format('drop type if exists %s cascade', pg_type.oid::regtype)
        from pg_type
        where typnamespace = current_schema()::regnamespace and typtype in ('d', 'e')
          and not exists (select from pg_depend where objid = pg_type.oid and deptype = 'e')
    loop
        execute it.drop;
    end loop;
end
$chit$;
