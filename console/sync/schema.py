"""The server's side as SQL: tables, the numbering of rows, and what a workspace's members may do.

An `INSERT` by a member is all that ever changes a log. Its trigger takes the workspace's lock before it takes a
number, so that numbers become visible in their order: whoever has read up to one has missed none below it. Another
trigger erases what a redaction names; members can neither update nor delete.
"""

import re

from console.sync.presence import GONE_S, MAX_OTHERS
from console.sync.problem import SyncProblem

CHANNEL = "warroom"
FORMAT = 1
"""Of the tables; a client reads no newer one."""
MAX_BODY_BYTES = 16_000_000
"""Of one row; far more than an entry or a playbook takes."""
DEFAULT_WORKSPACE = "team"

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def role_of(workspace: str) -> str:
    """The role whose members are the workspace's. Raises SyncProblem for a name that cannot be one."""
    if _NAME.fullmatch(workspace) is None:
        raise SyncProblem(
            "A workspace's name has up to 40 small letters, digits and underscores, a letter first, as in team."
        )
    return f"warroom_{workspace}"


def setup_sql(workspace: str) -> str:
    """The SQL that an administrator runs once for each workspace; run again it changes nothing."""
    role = role_of(workspace)
    return f"""\
BEGIN;
SET LOCAL client_min_messages = warning;

DO $$ BEGIN
    IF getdatabaseencoding() NOT IN ('UTF8', 'SQL_ASCII') THEN
        RAISE 'the database cannot hold every character; make one with createdb -E UTF8 -T template0 NAME';
    END IF;
END $$;

CREATE SCHEMA IF NOT EXISTS warroom;
REVOKE ALL ON SCHEMA warroom FROM PUBLIC;

CREATE TABLE IF NOT EXISTS warroom.workspace(
    name text PRIMARY KEY,
    role name NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    format integer NOT NULL DEFAULT {FORMAT}
);

CREATE SEQUENCE IF NOT EXISTS warroom.event_number;

-- A row is what a console's own log holds; body and salt are the only columns that are ever updated, by a redaction.
CREATE TABLE IF NOT EXISTS warroom.event(
    workspace text NOT NULL,
    number bigint NOT NULL,
    id text NOT NULL CHECK (octet_length(id) <= 64),
    incident text NOT NULL CHECK (octet_length(incident) <= 64),
    origin text NOT NULL CHECK (octet_length(origin) <= 64),
    oseq bigint NOT NULL CHECK (oseq >= 1),
    hlc bigint NOT NULL,
    kind text NOT NULL CHECK (octet_length(kind) <= 64),
    v integer NOT NULL,
    actor text NOT NULL CHECK (octet_length(actor) <= 4000),
    occurred_at text NOT NULL CHECK (octet_length(occurred_at) <= 40),
    recorded_at text NOT NULL CHECK (octet_length(recorded_at) <= 40),
    digest text NOT NULL CHECK (octet_length(digest) <= 64),
    body text NOT NULL CHECK (octet_length(body) <= {MAX_BODY_BYTES}),
    salt bytea CHECK (octet_length(salt) <= 64),
    prev text NOT NULL CHECK (octet_length(prev) <= 64),
    hash text NOT NULL CHECK (octet_length(hash) <= 64),
    PRIMARY KEY (workspace, incident, origin, oseq)
);
CREATE UNIQUE INDEX IF NOT EXISTS event_by_number ON warroom.event(workspace, number);
CREATE INDEX IF NOT EXISTS event_redaction ON warroom.event(workspace, incident) WHERE kind = 'entry_redacted';

CREATE OR REPLACE FUNCTION warroom.take_number() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    remains text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('warroom ' || NEW.workspace, 0));
    NEW.number := nextval('warroom.event_number');
    -- Who sends an entry may not know yet that it was redacted.
    SELECT redaction.body::jsonb -> 'left' ->> NEW.id INTO remains FROM warroom.event AS redaction
    WHERE redaction.workspace = NEW.workspace AND redaction.incident = NEW.incident
        AND redaction.kind = 'entry_redacted' AND redaction.body::jsonb -> 'left' ? NEW.id
    LIMIT 1;
    IF remains IS NOT NULL THEN
        NEW.body := remains;
        NEW.salt := NULL;
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION warroom.tell_and_erase() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.kind = 'entry_redacted' THEN
        UPDATE warroom.event AS erased SET body = remains.value, salt = NULL
        FROM jsonb_each_text(coalesce(NEW.body::jsonb -> 'left', '{{}}')) AS remains
        WHERE erased.workspace = NEW.workspace AND erased.incident = NEW.incident AND erased.id = remains.key
            AND erased.salt IS NOT NULL;
    END IF;
    PERFORM pg_notify('{CHANNEL}', NEW.workspace);
    RETURN NULL;
END $$;

-- Who has a console open: a hint that nothing depends on, so that a crash of the server may forget it.
CREATE UNLOGGED TABLE IF NOT EXISTS warroom.presence(
    workspace text NOT NULL,
    console text NOT NULL CHECK (octet_length(console) <= 64),
    log text NOT NULL CHECK (octet_length(log) <= 64),
    person text NOT NULL CHECK (octet_length(person) <= 400),
    machine text NOT NULL CHECK (octet_length(machine) <= 400),
    incident text NOT NULL CHECK (octet_length(incident) <= 64),
    doing text NOT NULL CHECK (octet_length(doing) <= 64),
    seen timestamptz NOT NULL,
    PRIMARY KEY (workspace, console)
);

-- The one way to it: a member tells of its console, none with an empty person, and hears of those on other logs.
CREATE OR REPLACE FUNCTION warroom.keep_presence(
    in_workspace text, in_console text, in_log text, in_person text, in_machine text, in_incident text, in_doing text
) RETURNS TABLE(person text, machine text, incident text, doing text, age double precision)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
DECLARE
    gone timestamptz := clock_timestamp() - interval '{GONE_S:g} seconds';
BEGIN
    IF NOT EXISTS (
        SELECT FROM warroom.workspace AS joined
        WHERE joined.name = in_workspace AND pg_has_role(session_user, joined.role, 'MEMBER')
    ) THEN
        RAISE insufficient_privilege USING MESSAGE = 'you are not in this workspace';
    END IF;
    -- What another deletes at the same moment is left to it: nobody waits for anybody.
    DELETE FROM warroom.presence WHERE (workspace, console) IN (
        SELECT old.workspace, old.console FROM warroom.presence AS old
        WHERE old.workspace = in_workspace AND (old.seen < gone OR (old.console = in_console AND in_person = ''))
        FOR UPDATE SKIP LOCKED
    );
    IF in_person <> '' THEN
        INSERT INTO warroom.presence
        VALUES (in_workspace, in_console, in_log, in_person, in_machine, in_incident, in_doing, clock_timestamp())
        ON CONFLICT (workspace, console) DO UPDATE SET log = excluded.log, person = excluded.person,
            machine = excluded.machine, incident = excluded.incident, doing = excluded.doing, seen = excluded.seen;
    END IF;
    RETURN QUERY
        SELECT other.person, other.machine, other.incident, other.doing,
            greatest(0, extract(epoch FROM clock_timestamp() - other.seen))::double precision
        FROM warroom.presence AS other
        WHERE other.workspace = in_workspace AND other.log <> in_log AND other.seen >= gone
        ORDER BY other.person, other.machine LIMIT {MAX_OTHERS};
END $$;

REVOKE ALL ON FUNCTION warroom.take_number(), warroom.tell_and_erase(),
    warroom.keep_presence(text, text, text, text, text, text, text) FROM PUBLIC;
CREATE OR REPLACE TRIGGER take_number BEFORE INSERT ON warroom.event
    FOR EACH ROW EXECUTE FUNCTION warroom.take_number();
CREATE OR REPLACE TRIGGER tell_and_erase AFTER INSERT ON warroom.event
    FOR EACH ROW EXECUTE FUNCTION warroom.tell_and_erase();

-- Each workspace is seen, and written to, by the members of its role alone.
ALTER TABLE warroom.workspace ENABLE ROW LEVEL SECURITY;
ALTER TABLE warroom.event ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS member ON warroom.workspace;
CREATE POLICY member ON warroom.workspace USING (pg_has_role(current_user, role, 'USAGE'));
DROP POLICY IF EXISTS member ON warroom.event;
CREATE POLICY member ON warroom.event USING (workspace IN (SELECT name FROM warroom.workspace));

DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        CREATE ROLE {role} NOLOGIN;
    END IF;
END $$;
GRANT USAGE ON SCHEMA warroom TO {role};
GRANT SELECT ON warroom.workspace, warroom.event TO {role};
GRANT EXECUTE ON FUNCTION warroom.keep_presence(text, text, text, text, text, text, text) TO {role};
GRANT INSERT(workspace, id, incident, origin, oseq, hlc, kind, v, actor, occurred_at, recorded_at, digest, body, salt,
    prev, hash) ON warroom.event TO {role};
INSERT INTO warroom.workspace(name, role) VALUES('{workspace}', '{role}') ON CONFLICT DO NOTHING;

COMMIT;
"""
