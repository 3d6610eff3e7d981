-- The server that took the database last, by number: each one raises it before it begins, and a transaction of any other
-- server fails.
CREATE TABLE writer (
    one    INT PRIMARY KEY,
    number BIGINT NOT NULL
);
INSERT INTO writer (one, number) VALUES (1, 0);
