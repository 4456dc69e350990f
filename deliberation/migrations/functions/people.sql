-- Accounts and mailboxes.

-- The mailbox of an e-mail address, as `core.email_addresses.mailbox_of` computes it: lower case,
-- without the tag after "+".
CREATE OR REPLACE FUNCTION mailbox_of(address text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(lower(address), '^([^+@]+)\+[^@]*@', '\1@')
$$;
