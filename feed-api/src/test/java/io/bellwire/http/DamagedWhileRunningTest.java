package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.bellwire.feedapi.FeedApiOptions;
import io.bellwire.log.LogLimits;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A byte of the log changes on the disk while the server runs. */
class DamagedWhileRunningTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.bellwire.segment");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @TempDir
    Path folder;

    @BeforeEach
    void listen() {
        logged.start();
        logger.addAppender(logged);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(logged);
    }

    private void damage(String text) throws IOException {
        Path segment = folder.resolve("data").resolve("log").resolve("0000000001.log");
        int place = new String(Files.readAllBytes(segment), StandardCharsets.ISO_8859_1).indexOf(text);
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(place);
            file.write('X');
        }
    }

    @Test
    void damagedChangeIsNotServedTheOthersAreAndTheLogNamesThePlaceOnce() throws IOException {
        try (ApiFixture server = ApiFixture.of(FeedApiOptions.DEFAULT
                .withDataFolder(folder.resolve("data"))
                .withLimits(LogLimits.DEFAULT.withRecentBytesMax(0)))) {
            ApiFixture.Device grill = server.register("grill");
            ApiFixture.Device fryer = server.register("fryer");
            server.operator()
                    .order("{\"device_id\":\"" + grill.id() + "\",\"recipe_id\":\"lungo\"}")
                    .expect(201);
            server.orders(grill, 1);
            server.orders(fryer, 1);
            String afterDamage = server.cursorAt(grill, 1);

            damage("lungo");

            for (int i = 0; i < 3; i++) {
                grill.client().get(grill.feed()).expectProblem(503, "unavailable", "the log cannot be used just now");
            }
            assertEquals(
                    List.of(2L),
                    server.operator()
                            .get(grill.feed() + "?cursor=" + afterDamage)
                            .expect(200)
                            .revisions());
            assertEquals(List.of(1L), fryer.client().get(fryer.feed()).revisions());
            server.orders(grill, 1);
            List<String> errors = logged.list.stream()
                    .filter(event -> event.getLevel() == Level.ERROR)
                    .map(ILoggingEvent::getFormattedMessage)
                    .toList();
            assertEquals(1, errors.size(), errors.toString());
            assertEquals(
                    true,
                    errors.get(0).matches("the log is damaged: 0000000001.log at byte \\d+: .*scripts/serve check.*"),
                    errors.get(0));
        }
    }
}
