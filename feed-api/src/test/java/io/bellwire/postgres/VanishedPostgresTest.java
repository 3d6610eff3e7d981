package io.bellwire.postgres;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bellwire.log.Append;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.LogLimits;
import io.bellwire.log.LogStoreFixture;
import io.bellwire.log.PostgresFixture;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** A PostgreSQL server whose machine vanishes, so that no connection to it ends. */
class VanishedPostgresTest {
    private final PostgresFixture postgres = PostgresFixture.freshDatabase();

    private int port() {
        return URI.create(postgres.url().substring("jdbc:".length())).getPort();
    }

    @Test
    void writeThatIsUnderWayFailsAndTheLogGoesOnWhenPostgresIsBack() throws IOException {
        try (SilentRelay relay = new SilentRelay(port());
                EventLog log = open(postgres.url().replace(":" + port() + "/", ":" + relay.port() + "/"))) {
            Feed grill = log.getOrCreateFeed(LogStoreFixture.GRILL);
            log.submit(new Append("first", grill)).join();

            relay.becomeSilent();

            CompletableFuture<List<Long>> lost = log.submit(new Append("lost", grill));
            CompletionException failed = assertThrows(CompletionException.class, lost::join);
            assertInstanceOf(UncheckedIOException.class, failed.getCause());
            relay.relayAgain();
            await().until(() -> log.problem().isEmpty());
            assertEquals(List.of(2L), log.submit(new Append("second", grill)).join());
        }
    }

    private static EventLog open(String url) {
        Database database = Database.postgres(url, "postgres", "", 3, Duration.ofSeconds(1));
        return new EventLog(
                SqlStore.open(database, new Random(7), false, () -> 0),
                LogLimits.DEFAULT,
                Clock.systemUTC(),
                new SimpleMeterRegistry());
    }
}
