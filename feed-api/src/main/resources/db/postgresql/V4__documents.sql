-- Small JSON documents by their keys: settings of packages that define what they mean.
CREATE TABLE documents (
    key  VARCHAR(200) COLLATE "C" PRIMARY KEY,
    json BYTEA NOT NULL
);
