package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests for a stream of signals that are refused, or answered without opening one. */
class StreamRefusalsTest {
    private static ApiFixture server;
    private static ApiFixture.Device grill;

    @BeforeAll
    static void start() {
        server = ApiFixture.inMemory();
        grill = server.register("grill");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void headAnswersAsGetWouldAndOpensNothing() {
        CheckedResponse head = grill.client().send("HEAD", grill.path() + "/signals", BodyPublishers.noBody());

        assertEquals(200, head.expect(200).status());
        assertEquals("text/event-stream", head.header("content-type"));
        assertEquals(Optional.empty(), head.optionalHeader("content-length"));
        assertEquals(0, server.api().streams().open());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "text/html, text/event-stream;q=0",
                "text/event-stream; q=0.000, */*",
                "text/*;q=0, */*"
            })
    void readerThatDoesNotTakeEventStreamsIsRefused(String accept) {
        grill.client().get(grill.path() + "/signals", "Accept", accept).expectProblem(406, "not-acceptable", "Accept");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/event-stream",
                "TEXT/Event-Stream;charset=utf-8",
                "application/json;q=0.9, text/*;q=0.1",
                "*/*",
                "text/*;q=0, text/event-stream;q=0.01"
            })
    void readerThatTakesEventStreamsAmongOthersIsServed(String accept) {
        grill.client()
                .send("HEAD", grill.path() + "/signals", BodyPublishers.noBody(), "Accept", accept)
                .expect(200);
    }

    @Test
    void streamsAreRefusedToOthersAndUnknownDevicesAreNotFound() {
        String path = grill.path() + "/signals";
        server.stranger().get(path).expect(401);
        server.register("fryer").client().get(path).expectProblem(403, "forbidden", "another's");
        server.registerPartner("cafe").client().get(path).expect(403);
        server.operator()
                .get("/v1/devices/nobody/signals")
                .expectProblem(404, "not-found", "there is no device nobody");
        server.operator().post(path).expect(405);
        assertEquals(0, server.api().streams().open());
    }
}
