-- The secret before the present one, which is valid until old_until (milliseconds since 1970), and an operator's role: 1
-- read, 2 orders, 3 administer; 0 for a device or partner.
ALTER TABLE parties ADD COLUMN old_secret_sha256 BYTEA;
ALTER TABLE parties ADD COLUMN old_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE parties ADD COLUMN role INT NOT NULL DEFAULT 0;

CREATE INDEX parties_by_old_secret ON parties (old_secret_sha256);
