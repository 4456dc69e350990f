-- Clock, text folding and the append-only rule: functions that every room uses.
-- `fold`, `searched` and `words_in` are used by indexes and a generated column: a change of what they
-- return needs a version that rebuilds these.

-- The time of the installation's clock: the server's time plus the offset of a demo or test install.
CREATE OR REPLACE FUNCTION clock_now() RETURNS timestamptz LANGUAGE sql STABLE AS
$$ SELECT statement_timestamp() + clock_offset FROM install $$;

-- Lower case without accents or apostrophes: "Œuvre d’Été" -> "oeuvre d ete", on every server and in
-- every locale. A typographic apostrophe becomes a space, so that it separates two words.
CREATE OR REPLACE FUNCTION fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS
$$ SELECT replace(replace(lower(regexp_replace(normalize(
       replace(replace(translate(value, '’‘ʼ''', '    '), 'Œ', 'oe'), 'Æ', 'ae'), NFD), '[\u0300-\u036F]', '', 'g')),
       'œ', 'oe'), 'æ', 'ae') $$;

-- The words of a text for full-text search. Signs, spaces, quotation marks, dashes, symbols and emoji
-- separate words; a compound is also kept as one word; plurals of words in -a, -i, -o, -u lose their s
-- or x. The body is bound when the function is created (RETURN), because an index or a restored copy
-- has no search path.
CREATE OR REPLACE FUNCTION searched(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN (
    SELECT regexp_replace(regexp_replace(
        replace(plain, '-', ' ') || coalesce((
            SELECT ' ' || string_agg(replace(found[1], '-', ''), ' ')
            FROM regexp_matches(plain, '([a-z]+(?:-[a-z]+)+)', 'g') AS matched(found)
        ), ''),
        '([a-z][a-z][aiou])s\M', '\1', 'g'), '([a-z][a-z]u)x\M', '\1', 'g')
    FROM (SELECT regexp_replace(
        translate(fold(value), '‐‑', '--'),
        '[\u0001-\u002C\u002E\u002F\u003A-\u0040\u005B-\u0060\u007B-\u00BF\u00D7\u00F7'
        '\u1680\u2000-\u200F\u2012-\u2BFF\u3000-\u303F\uFE00-\uFE0F\uFEFF\uFF01-\uFF0F'
        '\U0001F000-\U0001FAFF]+', ' ', 'g'
    ) AS plain) AS folded
);

-- The words of a text and of its author's name and whether it has an answer (`=true`, `=false`), and the
-- terms of a search, each behind the name of a block: an index then has the words of a block side by
-- side, and a search for a frequent one reads a block, not all texts.
CREATE OR REPLACE FUNCTION words_in(block text, words tsvector, answer varchar, author varchar)
RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN array_to_tsvector(ARRAY(
    SELECT block || word FROM unnest(tsvector_to_array(words || to_tsvector('french', searched(author)))
        || ('=' || CAST(answer <> '' AS text))) AS word));
CREATE OR REPLACE FUNCTION terms_in(block text, terms tsquery) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN CAST(
    replace(regexp_replace(CAST(terms AS text), '''([^'']+)''', '''' || block || '\1''', 'g'), '<->', '&')
    AS tsquery);
-- A block: so many neighbouring numbers of a consultation. The last digits of its id are random, the
-- first ones those of its neighbours.
CREATE OR REPLACE FUNCTION block_name(consultation uuid, block integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN right(CAST(consultation AS text), 8) || to_hex(block) || '.';

-- Trigger: the table is append-only.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
