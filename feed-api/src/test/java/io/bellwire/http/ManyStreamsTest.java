package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.feed.SignalStream.Offered;
import io.bellwire.feedapi.FeedApiOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Open streams hold no threads. */
class ManyStreamsTest {
    private static final int STREAMS = 2_000;
    /** The HTTP server's limit, which does not depend on the number of connections. */
    private static final int HTTP_THREADS_MAX = 32;

    @Test
    void thousandsOfIdleStreamsTakeNoThreadsAndAllGetSignals() throws IOException {
        List<SignalReader> readers = new ArrayList<>();
        try (ApiFixture server = ApiFixture.of(FeedApiOptions.DEFAULT.withStreams(
                new StreamOptions(STREAMS, 1, Duration.ofSeconds(1), Duration.ofSeconds(60))))) {
            RecordedStreams streams = RecordedStreams.of(server);
            List<ApiFixture.Device> devices = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                devices.add(server.register("grill"));
            }
            int before = ManagementFactory.getThreadMXBean().getThreadCount();

            for (ApiFixture.Device device : devices) {
                readers.add(SignalReader.of(server, device));
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> server.api().streams().open() == STREAMS);
            for (SignalReader reader : readers) {
                assertEquals("retry: 2000\n", reader.block());
                assertEquals(": \n", reader.block());
            }
            int grown = ManagementFactory.getThreadMXBean().getThreadCount() - before;

            assertTrue(grown <= HTTP_THREADS_MAX, grown + " more threads for " + STREAMS + " streams");
            streams.opened.forEach(stream -> assertEquals(Offered.TAKEN, RecordedStreams.publish(stream, 1)));
            for (SignalReader reader : readers) {
                assertEquals("k3v9x2m4qd.1.000000z", reader.next().id());
            }
            assertEquals(0, streams.closed.size());
        } finally {
            for (SignalReader reader : readers) {
                reader.close();
            }
        }
    }
}
