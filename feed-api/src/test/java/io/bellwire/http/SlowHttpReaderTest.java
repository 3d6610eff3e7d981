package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.feed.SignalStream;
import io.bellwire.feed.SignalStream.Offered;
import io.bellwire.feedapi.FeedApiOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A reader that does not read costs a bounded amount of memory, and its stream is ended. */
class SlowHttpReaderTest {
    private static final int RECEIVE_BYTES = 4 << 10;
    /** Signals whose bytes are far more than the socket buffers of a connection hold. */
    private static final int SIGNALS_MAX = 10_000;

    private static final long STUCK_NANOS = 1_000_000_000;

    private static final byte[] LARGE =
            ("{\"tier\":\"full\",\"padding\":\"" + "x".repeat(4_000) + "\"}").getBytes(StandardCharsets.US_ASCII);

    private static ApiFixture server(Duration slowAfter) {
        return ApiFixture.of(
                FeedApiOptions.DEFAULT.withStreams(new StreamOptions(10, 10, Duration.ofSeconds(15), slowAfter)));
    }

    /** Sends until the stream has ended, or has taken nothing for a second; returns how many signals it took. */
    private static int fill(SignalStream stream) {
        int taken = 0;
        long lastNanos = System.nanoTime();
        while (System.nanoTime() - lastNanos < STUCK_NANOS) {
            switch (stream.offer(LARGE, RecordedStreams.cursor(taken + 1), false)) {
                case TAKEN -> {
                    taken++;
                    lastNanos = System.nanoTime();
                    assertTrue(taken < SIGNALS_MAX, "a reader that does not read was sent everything");
                }
                // the queue is full; the write under way may only be late
                case CONGESTED -> LockSupport.parkNanos(1_000_000);
                case CLOSED -> {
                    return taken;
                }
            }
        }
        return taken;
    }

    private static SignalReader slowReader(ApiFixture server, ApiFixture.Device device) throws IOException {
        return new SignalReader(
                server.base(),
                RECEIVE_BYTES,
                device.path() + "/signals",
                device.client().token());
    }

    private static double endedAsSlow(ApiFixture server) {
        return server.meters()
                .get("bellwire.streams.ended")
                .tag("reason", "slow")
                .counter()
                .count();
    }

    @Test
    void streamOfAReaderThatDoesNotReadIsEndedAndOthersAreServed() throws IOException {
        try (ApiFixture server = server(Duration.ofMillis(300))) {
            RecordedStreams streams = RecordedStreams.of(server);
            ApiFixture.Device grill = server.register("grill");
            ApiFixture.Device fryer = server.register("fryer");
            try (SignalReader stuck = slowReader(server, grill);
                    SignalReader other = SignalReader.of(server, fryer)) {
                fill(streams.opened(1));

                streams.awaitClosed(1);
                RecordedStreams.publish(streams.opened(2), 1);

                assertEquals("k3v9x2m4qd.1.000000z", other.next().id());
                assertEquals(streams.opened(1), streams.closed.get(0));
                assertEquals(1, endedAsSlow(server));
                assertEquals(1, server.api().streams().open());
                // in the end its connection is closed too, so that it holds no memory
                await().atMost(Duration.ofSeconds(20)).until(stuck::isGivenUp);
                assertEquals(1, streams.closed.size());
            }
        }
    }

    @Test
    void readerThatReadsLateGetsTheReasonOfTheEnd() throws IOException {
        try (ApiFixture server = server(Duration.ofSeconds(3))) {
            RecordedStreams streams = RecordedStreams.of(server);
            ApiFixture.Device grill = server.register("grill");
            try (SignalReader stuck = slowReader(server, grill)) {
                fill(streams.opened(1));
                streams.awaitClosed(1);

                String last = "";
                for (String block = stuck.block(); block != null; block = stuck.block()) {
                    last = block;
                }

                assertEquals("retry: 5000\nevent: bye\ndata: {\"reason\":\"slow\"}\n", last);
            }
        }
    }

    @Test
    void queuedSignalsAreBoundedAndFurtherOnesAreRefused() throws IOException {
        try (ApiFixture server = server(Duration.ofSeconds(10))) {
            RecordedStreams streams = RecordedStreams.of(server);
            ApiFixture.Device grill = server.register("grill");
            try (SignalReader reader = slowReader(server, grill)) {
                SignalStream stream = streams.opened(1);
                int taken = fill(stream);
                assertEquals(Offered.CONGESTED, RecordedStreams.publish(stream, 1), "there is no room left");

                assertEquals("retry: 2000\n", reader.block());
                for (int revision = 1; revision <= taken; revision++) {
                    String block = reader.block();
                    assertTrue(
                            block.startsWith("id: k3v9x2m4qd." + revision + ".000000z\n"),
                            "what was taken comes, in order");
                }
                assertEquals(Offered.TAKEN, RecordedStreams.publish(stream, 1), "and then there is room again");
            }
        }
    }

    @Test
    void plainSignalsToAReaderThatDoesNotReadReplaceEachOther() throws IOException {
        try (ApiFixture server = server(Duration.ofSeconds(10))) {
            RecordedStreams streams = RecordedStreams.of(server);
            ApiFixture.Device grill = server.register("grill");
            try (SignalReader reader = slowReader(server, grill)) {
                SignalStream stream = streams.opened(1);
                for (int revision = 1; revision <= SIGNALS_MAX; revision++) {
                    assertEquals(Offered.TAKEN, stream.offer(LARGE, RecordedStreams.cursor(revision), true));
                }

                int received = 0;
                for (String block = reader.block();
                        !block.contains("." + SIGNALS_MAX + ".000000z\n");
                        block = reader.block()) {
                    assertFalse(block.contains("bye"), block);
                    received++;
                }
                assertTrue(received < SIGNALS_MAX * 9 / 10, "of " + SIGNALS_MAX + " signals came " + received);
            }
        }
    }
}
