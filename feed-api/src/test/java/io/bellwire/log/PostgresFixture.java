package io.bellwire.log;

import io.bellwire.postgres.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** A database of its own on the one PostgreSQL server that all tests of this JVM share, and that ends with it. */
public final class PostgresFixture {
    /** Migrated to the schema once and then copied, instead of migrating for each test. */
    private static final String TEMPLATE = "migrated";

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final String name;

    private PostgresFixture(String name) {
        this.name = name;
    }

    private static final class Shared {
        static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            try {
                EmbeddedPostgres server = EmbeddedPostgres.start();
                create(server, TEMPLATE, "template1");
                Database.postgres(server.getJdbcUrl("postgres", TEMPLATE), "postgres", "", 2)
                        .close();
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    public static PostgresFixture freshDatabase() {
        String name = "test_" + DATABASES.incrementAndGet();
        create(Shared.SERVER, name, TEMPLATE);
        return new PostgresFixture(name);
    }

    private static void create(EmbeddedPostgres server, String name, String template) {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " TEMPLATE " + template);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public String url() {
        return Shared.SERVER.getJdbcUrl("postgres", name);
    }

    public Database open(int connectionsMax) {
        return Database.postgres(url(), "postgres", "", connectionsMax);
    }
}
