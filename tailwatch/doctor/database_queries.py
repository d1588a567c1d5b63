"""What doctor asks the catalog of the database: attributes and memberships of roles, what they own, what is granted."""

from typing import Final

ATTRIBUTES: Final = """
SELECT rolname, word FROM pg_roles, LATERAL (VALUES
    ('SUPERUSER', rolsuper), ('CREATEDB', rolcreatedb), ('CREATEROLE', rolcreaterole),
    ('REPLICATION', rolreplication), ('BYPASSRLS', rolbypassrls)) AS has (word, is_so)
WHERE rolname = ANY (%(roles)s) AND is_so
ORDER BY 1, 2
"""
MEMBERSHIPS: Final = """
SELECT quote_ident(of.rolname), quote_ident(role.rolname)
FROM pg_auth_members m JOIN pg_roles of ON of.oid = m.roleid JOIN pg_roles role ON role.oid = m.member
WHERE role.rolname = ANY (%(roles)s)
ORDER BY 2, 1
"""
OWNED: Final = """
WITH ours AS (SELECT oid, rolname FROM pg_roles WHERE rolname = ANY (%(roles)s))
SELECT rolname, 'TABLE', c.oid::regclass::text FROM pg_class c JOIN ours ON ours.oid = relowner
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND relpersistence <> 't'
UNION ALL SELECT rolname, 'SEQUENCE', c.oid::regclass::text FROM pg_class c JOIN ours ON ours.oid = relowner
    WHERE relkind = 'S' AND relpersistence <> 't'
UNION ALL SELECT rolname, 'FUNCTION', p.oid::regprocedure::text FROM pg_proc p JOIN ours ON ours.oid = proowner
UNION ALL SELECT rolname, 'SCHEMA', n.oid::regnamespace::text FROM pg_namespace n JOIN ours ON ours.oid = nspowner
UNION ALL SELECT rolname, 'DATABASE', quote_ident(datname) FROM pg_database JOIN ours ON ours.oid = datdba
    WHERE datname = current_database()
ORDER BY 1, 2, 3
"""
GRANTED: Final = """
WITH ours AS (SELECT 0 AS oid, NULL::name AS rolname
              UNION ALL SELECT oid, rolname FROM pg_roles WHERE rolname = ANY (%(roles)s)),
schemas AS (SELECT oid FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$|_?timescaledb_)'),
extended AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),
relations AS (
    SELECT c.oid, c.oid AS whole, c.relkind, c.relowner, c.relacl FROM pg_class c
    WHERE relnamespace IN (SELECT oid FROM schemas) AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        AND (('pg_class'::regclass, c.oid) NOT IN (TABLE extended))
    UNION ALL
    SELECT c.oid, i.inhparent, c.relkind, c.relowner, c.relacl FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
    JOIN pg_class w ON w.oid = i.inhparent
    WHERE c.relnamespace NOT IN (SELECT oid FROM schemas) AND w.relnamespace IN (SELECT oid FROM schemas)
),
found AS (
    SELECT a.grantee, CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind, r.whole::regclass::text AS place,
           a.privilege_type, NULL::text AS field, CASE WHEN r.oid <> whole THEN r.oid::regclass::text END AS part
    FROM relations r, aclexplode(coalesce(relacl, acldefault('r', relowner))) a
    UNION ALL
    SELECT a.grantee, 'TABLE', r.whole::regclass::text, a.privilege_type, quote_ident(attname),
           CASE WHEN r.oid <> whole THEN r.oid::regclass::text END
    FROM relations r JOIN pg_attribute t ON t.attrelid = r.oid AND NOT attisdropped, aclexplode(attacl) a
    UNION ALL
    SELECT a.grantee, 'FUNCTION', p.oid::regprocedure::text, a.privilege_type, NULL, NULL
    FROM pg_proc p, aclexplode(coalesce(proacl, acldefault('f', proowner))) a
    WHERE pronamespace IN (SELECT oid FROM schemas) AND prosecdef AND prorettype <> 'trigger'::regtype
        AND (('pg_proc'::regclass, p.oid) NOT IN (TABLE extended))
    UNION ALL
    SELECT a.grantee, 'SCHEMA', n.oid::regnamespace::text, a.privilege_type, NULL, NULL
    FROM pg_namespace n, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) a
    WHERE n.oid IN (SELECT oid FROM schemas)
    UNION ALL
    SELECT a.grantee, 'DATABASE', quote_ident(datname), a.privilege_type, NULL, NULL
    FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) a WHERE datname = current_database()
)
SELECT DISTINCT ON (1, 2, 3, 4, 5, part IS NULL) rolname, kind, place, privilege_type, field, part
FROM found JOIN ours ON ours.oid = grantee
ORDER BY 1, 2, 3, 4, 5, part IS NULL, part
"""
"""Of a table in parts one part is told for each right."""
