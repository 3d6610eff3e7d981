-- The time up to which retention has counted, milliseconds since 1970: it goes on only while a server runs, so that a clock
-- that is set forwards makes nothing old at once. Null before it was counted first.
ALTER TABLE log ADD COLUMN counted_millis BIGINT;
