package io.bellwire.log;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** A PostgreSQL server of one test, which can stop and start again at the same address with its data. */
public final class StoppablePostgres implements AutoCloseable {
    private final EmbeddedPostgres.Builder builder;
    private EmbeddedPostgres server;

    /** Starts it; {@code folder} is its data folder. */
    public StoppablePostgres(Path folder) {
        builder = EmbeddedPostgres.builder().setDataDirectory(folder).setCleanDataDirectory(false);
        server = started();
        builder.setPort(server.getPort());
    }

    private EmbeddedPostgres started() {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String url() {
        return server.getJdbcUrl("postgres", "postgres");
    }

    public void startAgain() {
        server = started();
    }

    /** Ends all connections. */
    public void stop() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stop();
    }
}
