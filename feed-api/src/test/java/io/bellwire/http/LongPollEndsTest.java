package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.feedapi.FeedApiOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A long poll is gone when its client has hung up or its secret ends, and a caller has only so many. */
class LongPollEndsTest {
    private static final int POLLS_MAX = 3;
    private static final Duration SOON = Duration.ofSeconds(5);

    private ApiFixture server;
    private ApiFixture.Device grill;

    @BeforeEach
    void start() {
        server = ApiFixture.of(FeedApiOptions.DEFAULT.withCallers(CallerLimits.DEFAULT.withLongPollsMax(POLLS_MAX)));
        grill = server.register("grill");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private CompletableFuture<CheckedResponse> poll(ApiClient client) {
        return client.getLater(grill.feed() + "?wait_ms=60000");
    }

    private String rawPoll(int waitMillis) {
        return raw(grill.feed() + "?wait_ms=" + waitMillis, "");
    }

    private String raw(String path, String header) {
        return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + header + "Authorization: Bearer "
                + grill.client().token() + "\r\n\r\n";
    }

    private double timers() {
        return server.meters()
                .get("bellwire.timers")
                .tag("thread", "http")
                .gauge()
                .value();
    }

    private boolean isConnected() {
        return server.operator()
                .get("/v1/devices")
                .json()
                .path("devices")
                .get(0)
                .path("connected")
                .asBoolean();
    }

    @Test
    void guarantee6LongPollsOfOneCallerAreLimitedAndThoseOfOthersAreNot() {
        ApiFixture.Device fryer = server.register("fryer");
        List<CompletableFuture<CheckedResponse>> polls = new ArrayList<>();
        for (int i = 0; i < POLLS_MAX; i++) {
            polls.add(poll(grill.client()));
        }
        await().until(() -> server.waiting() == POLLS_MAX);

        CheckedResponse refused = poll(grill.client()).join();
        refused.expectProblem(429, "rate-limited", "reads that wait");
        assertEquals("1", refused.header("retry-after"));
        grill.client().get(grill.feed()).expect(200);
        CompletableFuture<CheckedResponse> others = fryer.client().getLater(fryer.feed() + "?wait_ms=60000");
        await().until(() -> server.waiting() == POLLS_MAX + 1);

        server.orders(grill, 1);
        server.orders(fryer, 1);
        polls.forEach(one -> assertEquals(List.of(1L), one.join().expect(200).revisions()));
        assertEquals(List.of(1L), others.join().expect(200).revisions());
        grill.client().get(grill.feed() + "?wait_ms=1000").expect(200);
    }

    @Test
    void guarantee6PollWhoseClientHasHungUpIsGoneWithItsTimer() throws IOException {
        double timersBefore = timers();
        for (int i = 0; i < POLLS_MAX; i++) {
            try (RawConnection client = new RawConnection(server.base())) {
                client.send(rawPoll(60_000));
                await().until(() -> server.waiting() == 1);
                assertTrue(timers() > timersBefore);
                assertTrue(isConnected());
            }
            await().atMost(SOON).until(() -> server.waiting() == 0);
            await().atMost(SOON).until(() -> timers() <= timersBefore + 1); // presence may wait for its grace
        }
    }

    @Test
    void clientThatOnlyEndsItsOutputGetsItsPageAtOnce() throws IOException {
        try (RawConnection client = new RawConnection(server.base())) {
            client.send(rawPoll(60_000));
            await().until(() -> server.waiting() == 1);

            String answer = client.endOutput().readToEnd();

            assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
            assertTrue(answer.endsWith("[]\n"), answer);
        }
    }

    @Test
    void nextRequestThatIsSentDuringTheWaitIsAnsweredAfterIt() throws IOException {
        try (RawConnection client = new RawConnection(server.base())) {
            client.send(rawPoll(60_000));
            await().until(() -> server.waiting() == 1);
            client.send(raw("/healthz", "Connection: close\r\n"));
            assertFalse(server.waiting() == 0);

            server.orders(grill, 1);

            String answers = client.readToEnd();
            assertEquals(3, answers.split("HTTP/1.1 200").length, answers);
            assertTrue(answers.endsWith("{\"healthy\":true}\n"), answers);
        }
    }

    @Test
    void connectionIsKeptAfterALongPoll() throws IOException {
        try (RawConnection client = new RawConnection(server.base())) {
            client.send(rawPoll(60_000));
            await().until(() -> server.waiting() == 1);
            server.orders(grill, 1);
            await().until(() -> server.waiting() == 0);
            client.send(raw(grill.feed(), ""));

            String answers =
                    client.send(raw("/healthz", "Connection: close\r\n")).readToEnd();

            assertEquals(4, answers.split("HTTP/1.1 200").length, answers);
        }
    }

    @Test
    void guarantee6PollEndsWhenItsSecretIsRotated() {
        CompletableFuture<CheckedResponse> own = poll(grill.client());
        CompletableFuture<CheckedResponse> operators = poll(server.operator());
        await().until(() -> server.waiting() == 2);

        server.operator().post(grill.path() + "/secret").expect(200);

        own.join().expectProblem(401, "unauthorized", "secret was changed");
        await().until(() -> server.waiting() == 1);
        assertFalse(operators.isDone());
    }

    @Test
    void guarantee6PollEndsWhenItsDeviceIsDisabled() {
        CompletableFuture<CheckedResponse> own = poll(grill.client());
        await().until(() -> server.waiting() == 1);

        server.operator().delete(grill.path()).expect(204);

        own.join().expectProblem(401, "unauthorized", "disabled");
        assertEquals(0, server.waiting());
    }
}
