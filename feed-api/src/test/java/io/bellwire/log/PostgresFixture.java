package io.bellwire.log;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** A database of its own on the one PostgreSQL server that all tests of this JVM share, and that ends with it. */
public final class PostgresFixture {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final String name;

    private PostgresFixture(String name) {
        this.name = name;
    }

    private static final class Shared {
        static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    public static PostgresFixture freshDatabase() {
        String name = "test_" + DATABASES.incrementAndGet();
        try (Connection connection = Shared.SERVER.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return new PostgresFixture(name);
    }

    public String url() {
        return Shared.SERVER.getJdbcUrl("postgres", name);
    }

    public Database open(int connectionsMax) {
        return Database.postgres(url(), "postgres", "", connectionsMax);
    }
}
