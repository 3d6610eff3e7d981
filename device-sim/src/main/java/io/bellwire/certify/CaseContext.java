package io.bellwire.certify;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** What one case works with. Its devices are disabled and its connections closed when it is over. Thread-safe. */
final class CaseContext implements AutoCloseable {
    private static final int TIDY_SECONDS_MAX = 5;

    private final HttpCaller operator;
    private final InetSocketAddress broker;
    private final Optional<URI> webSocket;
    private final String prefix;
    private final Duration patience;
    private final LongSupplier nanos;
    private final AtomicInteger names = new AtomicInteger();
    private final List<TestDevice> machines = new ArrayList<>();
    private final List<MqttConnection> lines = new ArrayList<>();
    private final List<EventStreamReader> streams = new ArrayList<>();

    /**
     * @param webSocket where the broker is over WebSocket, if that is known
     * @param prefix begins every name that the case gives, so that no other run has the same
     * @param patience how long to wait for what must come
     */
    CaseContext(
            HttpCaller operator,
            InetSocketAddress broker,
            Optional<URI> webSocket,
            String prefix,
            Duration patience,
            LongSupplier nanos) {
        this.operator = operator;
        this.broker = broker;
        this.webSocket = webSocket;
        this.prefix = prefix;
        this.patience = patience;
        this.nanos = nanos;
    }

    HttpCaller operator() {
        return operator;
    }

    /** A caller that nobody knows. */
    HttpCaller stranger(String token) {
        return operator.as(token);
    }

    /** A name that nothing has yet. */
    String freshName() {
        return prefix + "-" + names.incrementAndGet();
    }

    /** How long to wait for what must come. */
    Duration patience() {
        return patience;
    }

    long nanos() {
        return nanos.getAsLong();
    }

    long millisSince(long startNanos) {
        return (nanos() - startNanos) / 1_000_000;
    }

    /** A device that was not there before. */
    TestDevice machine() throws Exception {
        String id = freshName();
        HttpReply registered = operator.put("/v1/devices/" + id).expect(201);
        TestDevice machine = machine(id, registered.json().path("secret").asText());
        synchronized (machines) {
            machines.add(machine);
        }
        return machine;
    }

    /** A device that is there, with a secret of its own. */
    TestDevice machine(String id, String secret) throws RuleViolation {
        Expect.that(!secret.isEmpty(), "a secret for device " + id, "none");
        return new TestDevice(id, secret, operator.as(secret));
    }

    /** A device with so many orders. */
    TestDevice machine(int orders) throws Exception {
        TestDevice machine = machine();
        for (int i = 0; i < orders; i++) {
            order(machine);
        }
        return machine;
    }

    /** Places an order and returns its id. */
    String order(TestDevice machine) throws Exception {
        return place(machine).json().path("id").asText();
    }

    HttpReply place(TestDevice machine, String... headers) throws Exception {
        return operator.post("/v1/orders", body(machine), headers).expect(201);
    }

    static String body(TestDevice machine) {
        return "{\"device_id\":\"" + machine.id() + "\",\"recipe_id\":\"lungo\"}";
    }

    /** A bare connection to the broker. */
    MqttConnection line(MqttVersion version) throws IOException {
        return kept(new MqttConnection(MqttWire.tcp(broker, patience), version, patience));
    }

    /** A bare connection to the broker over WebSocket. */
    MqttConnection webLine(MqttVersion version) throws RuleViolation, SkippedCase {
        URI address = webSocket.orElseThrow(() -> new SkippedCase("no WebSocket address was given (--ws)"));
        return kept(new MqttConnection(new WebSocketWire(address, patience), version, patience));
    }

    private MqttConnection kept(MqttConnection line) {
        synchronized (lines) {
            lines.add(line);
        }
        return line;
    }

    /** A stream of the device's signals. */
    EventStreamReader stream(TestDevice machine, String... headers) throws IOException, InterruptedException {
        return streamAt(machine, machine.signals(), headers);
    }

    EventStreamReader streamAt(TestDevice machine, String path, String... headers)
            throws IOException, InterruptedException {
        EventStreamReader stream = machine.http().stream(path, patience, nanos, headers);
        synchronized (streams) {
            streams.add(stream);
        }
        return stream;
    }

    /** Lets time pass that the server has asked for. */
    void pause(long millis) throws InterruptedException {
        boolean unused = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    }

    /** A connection of the device, let in, subscribed to its own topic. */
    MqttConnection listening(TestDevice machine, MqttVersion version) throws Exception {
        MqttConnection line = connected(machine, version);
        int code = line.subscribe(machine.topic());
        Expect.that(code == 0, "SUBACK 0 for the device's own topic", code);
        return line;
    }

    /** A connection of the device, let in. */
    MqttConnection connected(TestDevice machine, MqttVersion version) throws Exception {
        MqttConnection line = line(version);
        int code = line.connect(ConnectOptions.of(machine));
        Expect.that(code == 0, version + " CONNACK 0 for the device's own secret", code);
        return line;
    }

    @Override
    public void close() {
        synchronized (lines) {
            lines.forEach(MqttConnection::close);
        }
        synchronized (streams) {
            streams.forEach(EventStreamReader::close);
        }
        CompletableFuture<?>[] disabled;
        synchronized (machines) {
            disabled = machines.stream()
                    .map(machine -> operator.sending("DELETE", machine.path(), ""))
                    .toArray(CompletableFuture<?>[]::new);
        }
        // a server that does not answer has been found out already
        CompletableFuture.allOf(disabled)
                .completeOnTimeout(null, TIDY_SECONDS_MAX, TimeUnit.SECONDS)
                .exceptionally(failure -> null)
                .join();
    }
}
