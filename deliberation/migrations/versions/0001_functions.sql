-- What the tables need to exist first: the install's one row, its clock, and the folding of accents.

CREATE TABLE install (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    kind text NOT NULL DEFAULT 'live' CHECK (kind IN ('live', 'demo', 'test')),
    clock_offset interval NOT NULL DEFAULT interval '0',
    CONSTRAINT ck_install_live_clock_is_real CHECK (kind <> 'live' OR clock_offset = interval '0')
);
INSERT INTO install DEFAULT VALUES;

CREATE UNLOGGED TABLE rate_count (
    key text PRIMARY KEY,
    started_at timestamptz NOT NULL,
    count integer NOT NULL
);

CREATE FUNCTION clock_now() RETURNS timestamptz LANGUAGE sql STABLE AS
$$ SELECT statement_timestamp() + clock_offset FROM install $$;

-- Lower case without accents nor apostrophes: "Œuvre d’Été" -> "oeuvre d ete", on every server and
-- in every locale. The typographic apostrophe would otherwise hold two words together.
CREATE FUNCTION fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS
$$ SELECT replace(replace(lower(regexp_replace(normalize(
       replace(replace(translate(value, '’‘ʼ''', '    '), 'Œ', 'oe'), 'Æ', 'ae'), NFD), '[\u0300-\u036F]', '', 'g')),
       'œ', 'oe'), 'æ', 'ae') $$;
