-- What is remembered of devices that come and go; written rarely, and may be older than the truth.

-- connected: whether the last event of the device, among those up to the revision below, says so
CREATE TABLE sightings (
    id        VARCHAR(96) PRIMARY KEY,
    last_seen BIGINT NOT NULL,
    doorbell  VARCHAR(16) NOT NULL,
    connected BOOLEAN NOT NULL
);

-- one row: until when the server was there, and up to which revision of the feed of operations the rows above are
CREATE TABLE watch (
    one      INT PRIMARY KEY,
    until_at BIGINT NOT NULL,
    revision BIGINT NOT NULL
);
