package io.bellwire.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Iterator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Signals from an order over HTTP to the device's event stream, on real parts. */
class StreamedSignalsTest {
    @RegisterExtension
    static final BellwireExtension SERVER = new BellwireExtension(BellwireOptions.inMemory());

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Stream<String> follow(Bellwire bellwire, String device, String secret, String lastEventId)
            throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(bellwire.http() + "/v1/devices/" + device + "/signals"))
                .header("Authorization", "Bearer " + secret)
                .header("Last-Event-ID", lastEventId)
                .build();
        return http.send(request, BodyHandlers.ofLines()).body();
    }

    /** The rest of the next line that begins with {@code field}. */
    private static String next(Iterator<String> lines, String field) {
        while (true) {
            String line = lines.next();
            if (line.startsWith(field)) {
                return line.substring(field.length());
            }
        }
    }

    @Test
    void streamGetsAGreetingAndASignalForEachOrder(Bellwire bellwire) throws Exception {
        TestOperator operator = new TestOperator(bellwire);
        String secret = operator.register("grill");
        try (Stream<String> stream = follow(bellwire, "grill", secret, "")) {
            Iterator<String> lines = stream.iterator();
            assertEquals("2000", next(lines, "retry: "));
            assertTrue(next(lines, "id: ").contains(".0."));
            assertTrue(next(lines, "data: ").contains("\"revision\":0,\"pending\":0"));

            operator.order("grill");

            assertTrue(next(lines, "id: ").contains(".1."));
            assertEquals("signal", next(lines, "event: "));
            assertTrue(next(lines, "data: ").contains("\"revision\":1,\"pending\":1,\"oldest_at\":\""));
        }
    }

    @Test
    void onlyAReaderWhoseLastEventIdIsBehindTheHeadGetsAGreeting(Bellwire bellwire) throws Exception {
        TestOperator operator = new TestOperator(bellwire);
        String secret = operator.register("fryer");
        operator.order("fryer");
        operator.order("fryer");
        String id = operator.feed("fryer", secret, "").get(1).get("id").textValue();
        try (Stream<String> stream = follow(bellwire, "fryer", secret, id)) {
            Iterator<String> lines = stream.iterator();
            assertEquals("2000", next(lines, "retry: "));
            operator.order("fryer");
            assertTrue(next(lines, "id: ").contains(".3."), "the first signal is for the next change");
        }
        operator.feed("fryer", secret, id);
        try (Stream<String> stream = follow(bellwire, "fryer", secret, id)) {
            assertTrue(next(stream.iterator(), "id: ").contains(".3."), "a greeting tells the head");
        }
    }

    @Test
    void operatorFollowsADeviceUntilItIsDisabled(Bellwire bellwire) throws Exception {
        TestOperator operator = new TestOperator(bellwire);
        operator.register("oven");
        try (Stream<String> stream = follow(bellwire, "oven", bellwire.operatorToken(), "")) {
            Iterator<String> lines = stream.iterator();
            assertTrue(next(lines, "id: ").contains(".0."), "the operator may follow a device's signals too");
            operator.order("oven");
            assertTrue(next(lines, "id: ").contains(".1."));
            operator.disable("oven");
            assertEquals("", next(lines, "event: bye"));
            assertEquals("{\"reason\":\"disabled\"}", next(lines, "data: "));
        }
    }
}
