-- Groups of devices. A pair is the group's feed number << 32 | the device's, so that a group's members lie together.

CREATE TABLE audiences (
    no         BIGINT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    members    INT NOT NULL,
    changed    BIGINT NOT NULL,
    behind     INT NOT NULL
);

-- a member for the group's events after since
CREATE TABLE members (
    pair  BIGINT PRIMARY KEY,
    since BIGINT NOT NULL
);

-- a member for those after since and before ended; kept while one of them is on its way
CREATE TABLE former_members (
    pair  BIGINT NOT NULL,
    since BIGINT NOT NULL,
    ended BIGINT NOT NULL,
    PRIMARY KEY (pair, since)
);

-- events on their way to members, and how far they have come
CREATE TABLE fanouts (
    seq       BIGINT PRIMARY KEY,
    at_millis BIGINT NOT NULL,
    places    VARCHAR(800) NOT NULL,
    direct    VARCHAR(800) NOT NULL,
    target    INT NOT NULL,
    last_no   BIGINT NOT NULL
);

-- a registered device is in all/devices, for its events after since
ALTER TABLE parties ADD COLUMN since BIGINT DEFAULT 0 NOT NULL;
CREATE INDEX parties_by_feed ON parties (feed_no);
