-- The database functions of 0.1.0, as its own files defined them: what an upgrade finds.

-- Clock, text folding and the append-only rule: functions that every room uses.
-- `fold` and `searched` are used by indexes and a generated column: a change of what they return needs
-- a version that rebuilds these.

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

-- Trigger: the table is append-only.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- The job queue.

-- Trigger: wake the worker, which listens on the channel `job`.
CREATE OR REPLACE FUNCTION announce_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NOTIFY job;
    RETURN NULL;
END $$;

-- Accounts and mailboxes.

-- The mailbox of an e-mail address, as `core.email_addresses.mailbox_of` computes it: lower case,
-- without the tag after "+".
CREATE OR REPLACE FUNCTION mailbox_of(address text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(lower(address), '^([^+@]+)\+[^@]*@', '\1@')
$$;

-- Polls and the phases in which they are voted on.

-- Trigger: a poll that names no phase is voted on in the first vote phase of its consultation.
CREATE OR REPLACE FUNCTION choose_phase() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.phase_id := (
        SELECT id FROM phase WHERE consultation_id = NEW.consultation_id AND kind = 'vote'
        ORDER BY opens_at, id LIMIT 1);
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER phase_is_chosen BEFORE INSERT ON poll
    FOR EACH ROW WHEN (NEW.phase_id IS NULL) EXECUTE FUNCTION choose_phase();

-- Trigger: polls written before there was a vote phase are voted on in the first that is added.
CREATE OR REPLACE FUNCTION take_waiting_polls() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE poll SET phase_id = NEW.id
        WHERE consultation_id = NEW.consultation_id AND phase_id IS NULL;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER waiting_polls_are_taken AFTER INSERT ON phase
    FOR EACH ROW WHEN (NEW.kind = 'vote') EXECUTE FUNCTION take_waiting_polls();

-- The electoral roll: turnout marks.

-- Write the turnout mark of a voter, today, unless there is one; return whether it was written.
CREATE OR REPLACE FUNCTION mark_voter(the_poll uuid, the_voter uuid, the_channel text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO roll_mark (poll_id, voter_id, marked_on, channel) VALUES
        (the_poll, the_voter, (clock_now() AT TIME ZONE 'Europe/Paris')::date, the_channel)
        ON CONFLICT DO NOTHING;
    RETURN FOUND;
END $$;

-- Delete the turnout mark of a voter on paper or at a counter, never that of an online vote; return
-- whether there was one.
CREATE OR REPLACE FUNCTION unmark_voter(the_poll uuid, the_voter uuid) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM roll_mark
        WHERE poll_id = the_poll AND voter_id = the_voter AND channel <> 'online';
    RETURN FOUND;
END $$;

-- Whether a voter has a turnout mark in a poll. Without sequential scans, as `cast_ballot`: a plan made
-- while a vote has no mark yet would read all of them for each ballot that a program sends.
CREATE OR REPLACE FUNCTION has_turnout_mark(the_poll uuid, the_voter uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
BEGIN
    RETURN EXISTS (SELECT FROM roll_mark WHERE poll_id = the_poll AND voter_id = the_voter);
END $$;

-- The bulletin board, and what it decides: whether a vote takes ballots, what is frozen.

-- Whether the board of a poll has begun.
CREATE OR REPLACE FUNCTION board_is_open(the_poll uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM board_line WHERE poll_id = the_poll)
$$;

-- Whether the board of a poll has its closing entry.
CREATE OR REPLACE FUNCTION board_is_closed(the_poll uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM board_line WHERE poll_id = the_poll AND kind = 'close')
$$;

-- Trigger: board entries are numbered without gaps, from `open` to `close`, then `result`.
CREATE OR REPLACE FUNCTION keep_board_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last record;
BEGIN
    SELECT number, kind INTO last FROM board_line
        WHERE poll_id = NEW.poll_id ORDER BY number DESC LIMIT 1;
    IF NEW.number <> coalesce(last.number, 0) + 1
       OR (last.number IS NULL) <> (NEW.kind = 'open')
       OR (last.kind = 'close') <> (NEW.kind = 'result') OR last.kind = 'result' THEN
        RAISE EXCEPTION 'no such line can follow on the board'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

-- Return NULL when a vote takes ballots now, or the code of the refusal. The clock is read after the
-- lock is taken: a cast is either before the close and counted, or after it and refused, because
-- closing takes the same lock exclusively.
CREATE OR REPLACE FUNCTION vote_refusal(the_poll uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    moment timestamptz;
    vote record;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('poll:' || the_poll::text, 0));
    SELECT clock_timestamp() + clock_offset INTO moment FROM install;
    SELECT consultation.state, phase.opens_at, phase.closes_at,
           poll.source, poll.counted_at, poll.profile INTO vote
        FROM poll
        JOIN consultation ON consultation.id = poll.consultation_id
        JOIN phase ON phase.id = poll.phase_id
        WHERE poll.id = the_poll;
    IF NOT FOUND OR vote.state <> 'open' OR vote.source <> 'live' OR moment < vote.opens_at THEN
        RETURN 'voting-not-open';
    ELSIF moment >= vote.closes_at OR vote.counted_at IS NOT NULL
          OR (vote.profile = 'P1' AND board_is_closed(the_poll)) THEN
        RETURN 'voting-closed';
    ELSIF vote.profile = 'P1' AND NOT board_is_open(the_poll) THEN
        RETURN 'urn-not-ready';
    END IF;
    RETURN NULL;
END $$;

-- Whether a consultation has an open ballot box, for the rules that freeze it: from the first entry of
-- the bulletin board, or, for a plain vote with a roll, from the first voter.
CREATE OR REPLACE FUNCTION urn_is_open(the_consultation uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM poll WHERE consultation_id = the_consultation AND (
            EXISTS (SELECT FROM board_line WHERE poll_id = poll.id)
            OR (poll.profile = 'P0' AND poll.eligibility IN ('code', 'roll', 'oidc')
                AND EXISTS (SELECT FROM roll_mark WHERE poll_id = poll.id))))
$$;

-- Trigger: question, options, roll, trustees and countersigners do not change once the ballot box is
-- open.
CREATE OR REPLACE FUNCTION refuse_once_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    one jsonb := coalesce(new_row, old_row);
    frozen boolean;
BEGIN
    IF TG_TABLE_NAME = 'poll' THEN
        frozen := board_is_open((one ->> 'id')::uuid)
            AND (new_row - 'counted_at') IS DISTINCT FROM (old_row - 'counted_at');
    ELSIF TG_TABLE_NAME = 'poll_option' THEN
        frozen := board_is_open((one ->> 'poll_id')::uuid)
            OR EXISTS (SELECT FROM roll_mark WHERE poll_id = (one ->> 'poll_id')::uuid);
    ELSE
        frozen := urn_is_open((one ->> 'consultation_id')::uuid);
    END IF;
    IF frozen THEN
        RAISE EXCEPTION '% is frozen once the urn is open', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

-- Trigger: once a ballot box is open, a new code needs a request that a second person has granted.
CREATE OR REPLACE FUNCTION refuse_ungranted_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT urn_is_open(consultation_id) FROM elector WHERE id = NEW.elector_id)
       AND (SELECT count(*) FROM elector_code WHERE elector_id = NEW.elector_id)
           > 1 + (SELECT count(*) FROM code_request
                  WHERE elector_id = NEW.elector_id AND granted_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a new code needs a granted request'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

-- Ballots: who is admitted to vote, how ballots are cast, and how often.

-- Admit a voter to an open vote of a profile: return a refusal, or write the turnout mark once.
-- The mark serialises the submissions of one voter: the first inserts it, later ones wait for its row
-- lock. `the_code`: hash of the code that identifies the voter; its row is locked until the ballot is
-- recorded, so that a code is not revoked and used at the same moment. `already`: the mark existed.
-- This check decides; those of `electorate/eligibility.py` only word a refusal earlier.
CREATE OR REPLACE FUNCTION admit_voter(
    the_poll uuid, the_voter uuid, the_profile text, the_code bytea,
    OUT refusal text, OUT already boolean
) LANGUAGE plpgsql AS $$
DECLARE
    vote record;
    marked_by text;
BEGIN
    refusal := vote_refusal(the_poll);
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    SELECT consultation_id, profile, eligibility INTO vote FROM poll WHERE id = the_poll;
    IF vote.profile <> the_profile THEN
        refusal := 'voting-not-open';
    ELSIF vote.eligibility IN ('code', 'roll', 'oidc') AND NOT EXISTS (
        SELECT FROM elector
        WHERE elector.id = the_voter AND elector.consultation_id = vote.consultation_id
    ) THEN
        refusal := 'not-on-the-roll';
    ELSIF vote.eligibility = 'email' AND NOT EXISTS (
        SELECT FROM person WHERE person.voter_id = the_voter AND deleted_at IS NULL
    ) THEN
        refusal := 'sign-in-needed';
    ELSIF the_code IS NOT NULL THEN
        PERFORM FROM elector_code
            WHERE hash = the_code AND elector_id = the_voter AND revoked_at IS NULL FOR SHARE;
        IF NOT FOUND THEN
            refusal := 'code-wrong';
        END IF;
    END IF;
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    already := NOT mark_voter(the_poll, the_voter, 'online');
    IF already THEN
        SELECT channel INTO marked_by FROM roll_mark
            WHERE poll_id = the_poll AND voter_id = the_voter FOR UPDATE;
        IF marked_by <> 'online' THEN
            refusal := 'voted-on-paper';
        END IF;
    END IF;
END $$;

-- Return NULL when version `the_version` of a voter's ballot may be cast now, or the code of the
-- refusal. Limits: twenty versions, and twenty more for each new code that two persons granted (whoever
-- copied the old code may have used them up); after the third version, one per minute. The caller holds
-- the lock on the voter's mark, so that no other transaction casts for this pseudonym.
CREATE OR REPLACE FUNCTION revote_refusal(the_slot bytea, the_voter uuid, the_version integer) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    IF the_version > 20 AND the_version > 20 * (1 + (
        SELECT count(*) FROM code_request
        WHERE elector_id = the_voter AND granted_at IS NOT NULL
    )) THEN
        RETURN 'revotes-used-up';
    ELSIF the_version > 3 AND EXISTS (
        SELECT FROM revote_pace WHERE slot = the_slot AND waits_until > clock_now()
    ) THEN
        RETURN 'revote-too-soon';
    END IF;
    RETURN NULL;
END $$;

-- Record until when a pseudonym with three versions or more must wait: the end of the minute.
CREATE OR REPLACE FUNCTION keep_revote_pace(the_slot bytea, the_version integer) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF the_version >= 3 THEN
        INSERT INTO revote_pace (slot, waits_until)
            VALUES (the_slot, date_trunc('minute', clock_now()) + interval '1 minute')
            ON CONFLICT (slot) DO UPDATE SET waits_until = excluded.waits_until;
    END IF;
END $$;

-- Record one voter's ballot of a plain vote: turnout mark and ballot, or neither.
-- Without sequential scans: a connection keeps its plans, and a plan made while the table was empty
-- would read all of it for each ballot.
CREATE OR REPLACE FUNCTION cast_ballot(
    the_poll uuid, the_voter uuid, the_slot bytea,
    the_submission bytea, the_packed bytea, the_receipt text, the_code bytea,
    OUT refusal text, OUT receipt text, OUT version integer
) LANGUAGE plpgsql SET enable_seqscan = off
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT admitted.refusal INTO refusal
        FROM admit_voter(the_poll, the_voter, 'P0', the_code) admitted;
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    SELECT urn.receipt, urn.version INTO receipt, version
        FROM urn_ballot urn WHERE slot = the_slot AND submission = the_submission;
    IF FOUND THEN
        RETURN;  -- the same form sent again: the same receipt
    END IF;
    SELECT coalesce(max(urn.version), 0) + 1 INTO version FROM urn_ballot urn WHERE slot = the_slot;
    refusal := revote_refusal(the_slot, the_voter, version);
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    receipt := the_receipt;
    INSERT INTO urn_ballot (slot, version, poll_id, submission, packed, receipt)
        VALUES (the_slot, version, the_poll, the_submission, the_packed, the_receipt);
    PERFORM keep_revote_pace(the_slot, version);
END $$;
REVOKE EXECUTE ON FUNCTION cast_ballot FROM PUBLIC;

-- Record one voter's sealed ballot: turnout mark and ballot, or neither. A ballot is encrypted for its
-- version before the version is known here: when another version is due, nothing is written and
-- `version` returns it. `hash`: hash of the ballot that this form cast, now or before. A voter with a
-- mark and without a ballot shows that the pseudonym key was replaced: no second ballot.
CREATE OR REPLACE FUNCTION cast_sealed(
    the_poll uuid, the_voter uuid, the_slot bytea, the_submission bytea,
    the_version integer, the_sealed bytea, the_hash bytea, the_code bytea,
    OUT refusal text, OUT version integer, OUT hash bytea
) LANGUAGE plpgsql SET enable_seqscan = off
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    already boolean;
BEGIN
    SELECT admitted.refusal, admitted.already INTO refusal, already
        FROM admit_voter(the_poll, the_voter, 'P1', the_code) admitted;
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    SELECT urn.version, urn.hash INTO version, hash
        FROM sealed_ballot urn WHERE slot = the_slot AND submission = the_submission;
    IF FOUND THEN
        RETURN;
    END IF;
    SELECT max(urn.version) + 1 INTO version
        FROM sealed_ballot urn WHERE poll_id = the_poll AND slot = the_slot;
    IF version IS NULL AND already THEN
        refusal := 'revoting-lost';
        RETURN;
    END IF;
    version := coalesce(version, 1);
    refusal := revote_refusal(the_slot, the_voter, version);
    IF refusal IS NOT NULL THEN
        RETURN;  -- before anything is sealed for it
    ELSIF version = the_version THEN
        hash := the_hash;
        INSERT INTO sealed_ballot (poll_id, slot, version, submission, sealed, hash)
            VALUES (the_poll, the_slot, version, the_submission, the_sealed, the_hash);
        PERFORM keep_revote_pace(the_slot, version);
    ELSIF NOT already THEN
        RAISE EXCEPTION 'a mark without a ballot' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END $$;
REVOKE EXECUTE ON FUNCTION cast_sealed FROM PUBLIC;

-- Trigger: sealed ballots change their order, never their content, and only by the statement of
-- `batch_publisher`, which sets `beffroi.sealing`.
CREATE OR REPLACE FUNCTION refuse_unless_sealing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('beffroi.sealing', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'sealed_ballot is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- Votes on paper and at the counter.

-- Write the turnout mark of somebody who votes on paper or at a counter, unless they have voted.
CREATE OR REPLACE FUNCTION mark_paper_voter(the_poll uuid, the_number text, the_channel text)
RETURNS text LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    refusal text := vote_refusal(the_poll);
    voter uuid;
BEGIN
    IF refusal IS NOT NULL THEN
        RETURN refusal;
    END IF;
    SELECT elector.id INTO voter FROM elector
        JOIN poll ON poll.consultation_id = elector.consultation_id
        WHERE poll.id = the_poll AND elector.number = the_number;
    IF NOT FOUND THEN
        RETURN 'no-such-elector';
    END IF;
    RETURN CASE WHEN NOT mark_voter(the_poll, voter, the_channel) THEN 'already-voted' END;
END $$;
REVOKE EXECUTE ON FUNCTION mark_paper_voter FROM PUBLIC;

-- Delete a paper or counter mark once two persons have decided it; never the mark of an online vote.
-- Return whether there was one.
CREATE OR REPLACE FUNCTION unmark_paper_voter(the_poll uuid, the_elector uuid)
RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM undoing WHERE poll_id = the_poll AND elector_id = the_elector
               AND granted_at IS NOT NULL) THEN
        RETURN unmark_voter(the_poll, the_elector);
    END IF;
    RETURN false;
END $$;
REVOKE EXECUTE ON FUNCTION unmark_paper_voter FROM PUBLIC;

-- Number of voters marked on paper or at a counter whose ballot has not been typed twice alike.
CREATE OR REPLACE FUNCTION papers_awaited(the_poll uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT greatest(0,
        (SELECT count(*) FROM roll_mark WHERE poll_id = the_poll AND channel <> 'online')
        - (SELECT coalesce(sum(jsonb_array_length(first)), 0) FROM paper_batch
           WHERE poll_id = the_poll AND agreed_at IS NOT NULL))
$$;

-- When the count may begin: at the close, or three days after it while papers are awaited.
CREATE OR REPLACE FUNCTION typing_ends(the_poll uuid, the_close timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT the_close + CASE WHEN papers_awaited(the_poll) > 0 THEN interval '3 days'
                            ELSE interval '0' END
$$;

-- Return NULL when papers may be typed and paper marks undone now, or the code of the refusal: as
-- `vote_refusal`, and after the close until the typing period ends.
CREATE OR REPLACE FUNCTION typing_refusal(the_poll uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    refusal text := vote_refusal(the_poll);
BEGIN
    IF refusal = 'voting-closed' THEN
        RETURN (
            SELECT CASE WHEN poll.counted_at IS NOT NULL OR board_is_closed(the_poll)
                          OR clock_now() >= typing_ends(the_poll, phase.closes_at)
                        THEN 'typing-over' END
            FROM poll
            JOIN phase ON phase.id = poll.phase_id
            WHERE poll.id = the_poll);
    END IF;
    RETURN refusal;
END $$;

-- Dates that only two persons move: those of an open ballot box, and earlier ends of phases.

-- Trigger: dates of an open ballot box move only later, only before the close, and only as a granted
-- extension says.
CREATE OR REPLACE FUNCTION refuse_other_dates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.kind <> OLD.kind OR NEW.consultation_id <> OLD.consultation_id
       OR NEW.opens_at <> OLD.opens_at OR NOT NEW.sealed
       OR (NEW.closes_at <> OLD.closes_at AND (
           NEW.closes_at < OLD.closes_at OR clock_now() >= OLD.closes_at OR NOT EXISTS (
               SELECT FROM extension WHERE phase_id = OLD.id
               AND closes_at = NEW.closes_at AND granted_at IS NOT NULL))) THEN
        RAISE EXCEPTION 'the dates of an open urn are held'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

-- Trigger: a phase of a published consultation is not shortened or deleted without a request that a
-- second person has granted. `refuse_other_dates` is stricter once voting rests on the dates. A
-- cancelled consultation has left the state `open` before its phases change.
CREATE OR REPLACE FUNCTION refuse_earlier_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP = 'DELETE' OR NEW.closes_at < OLD.closes_at)
       AND EXISTS (SELECT FROM consultation WHERE id = OLD.consultation_id AND state = 'open')
       AND NOT EXISTS (
           SELECT FROM end_request request
           WHERE request.phase_id = OLD.id
             AND request.granted_at IS NOT NULL
             AND CASE TG_OP WHEN 'DELETE' THEN request.ending = 'drop'
                 ELSE request.closes_at = NEW.closes_at END) THEN
        RAISE EXCEPTION 'a phase that was announced ends earlier only as two persons decide'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
