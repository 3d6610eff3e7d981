package io.bellwire.certify;

import io.bellwire.device.net.ClientTls;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The devices, partners, connections and callers that one case uses. {@link #close} disables its devices and partners,
 * and closes its connections. Thread-safe.
 */
final class CaseContext implements AutoCloseable {
    private static final int CLEANUP_SECONDS_MAX = 5;

    private final HttpCaller operator;
    private final Certifier.Server server;
    private final String prefix;
    private final Duration timeout;
    private final LongSupplier nanos;
    private final AtomicInteger nameCount = new AtomicInteger();
    /** Resources of devices and partners. */
    private final List<String> registered = new ArrayList<>();

    private final List<MqttConnection> connections = new ArrayList<>();
    private final List<EventStreamReader> streams = new ArrayList<>();

    /**
     * @param prefix of every name that the case gives, so that no other run uses the same name
     * @param timeout how long to wait for an expected answer or signal
     */
    CaseContext(HttpCaller operator, Certifier.Server server, String prefix, Duration timeout, LongSupplier nanos) {
        this.operator = operator;
        this.server = server;
        this.prefix = prefix;
        this.timeout = timeout;
        this.nanos = nanos;
    }

    HttpCaller operator() {
        return operator;
    }

    /** A caller with another token. */
    HttpCaller callerWithToken(String token) {
        return operator.withToken(token);
    }

    /** A name that is not yet in use. */
    String newName() {
        return prefix + "-" + nameCount.incrementAndGet();
    }

    /** How long to wait for an expected answer or signal. */
    Duration timeout() {
        return timeout;
    }

    long nanos() {
        return nanos.getAsLong();
    }

    long millisSince(long startNanos) {
        return (nanos() - startNanos) / 1_000_000;
    }

    /** Registers a new device. */
    TestDevice newDevice() throws Exception {
        String id = newName();
        return existingDevice(id, register("/v1/devices/" + id));
    }

    /** Registers a new partner. */
    TestPartner newPartner() throws Exception {
        String id = newName();
        return new TestPartner(id, operator.withToken(register("/v1/partners/" + id)));
    }

    /** Registers an account and returns its secret. */
    private String register(String path) throws Exception {
        String secret = operator.put(path).expect(201).json().path("secret").asText();
        synchronized (registered) {
            registered.add(path);
        }
        return secret;
    }

    /** A device that is registered already, with its present secret. */
    TestDevice existingDevice(String id, String secret) throws RuleViolation {
        Expect.that(!secret.isEmpty(), "a secret for device " + id, "none");
        return new TestDevice(id, secret, operator.withToken(secret));
    }

    /** Registers a new device and places so many orders for it. */
    TestDevice newDevice(int orders) throws Exception {
        TestDevice device = newDevice();
        for (int i = 0; i < orders; i++) {
            placeOrder(device);
        }
        return device;
    }

    /** Places an order and returns its id. */
    String placeOrder(TestDevice device) throws Exception {
        return postOrder(device).json().path("id").asText();
    }

    HttpReply postOrder(TestDevice device, String... headers) throws Exception {
        return operator.post("/v1/orders", orderBody(device), headers).expect(201);
    }

    static String orderBody(TestDevice device) {
        return "{\"device_id\":\"" + device.id() + "\",\"recipe_id\":\"lungo\"}";
    }

    /** Opens a connection to the broker, without CONNECT. */
    MqttConnection openConnection(MqttVersion version) throws IOException {
        @Nullable ClientTls tls = server.endpoints().isMqttSecure() ? server.tls() : null;
        return keep(new MqttConnection(MqttWire.tcp(server.endpoints().broker(), tls, timeout), version, timeout));
    }

    /** Opens a connection to the broker over WebSocket, without CONNECT. */
    MqttConnection openWebSocketConnection(MqttVersion version) throws RuleViolation, SkippedCase {
        URI address = server.webSocket().orElseThrow(() -> new SkippedCase("no WebSocket address was given (--ws)"));
        return keep(new MqttConnection(new WebSocketWire(address, server.tls(), timeout), version, timeout));
    }

    private MqttConnection keep(MqttConnection connection) {
        synchronized (connections) {
            connections.add(connection);
        }
        return connection;
    }

    /** Opens a stream of the device's signals. */
    EventStreamReader stream(TestDevice device, String... headers) throws IOException, InterruptedException {
        return streamAt(device, device.signals(), headers);
    }

    EventStreamReader streamAt(TestDevice device, String path, String... headers)
            throws IOException, InterruptedException {
        EventStreamReader stream = device.http().stream(path, timeout, headers);
        synchronized (streams) {
            streams.add(stream);
        }
        return stream;
    }

    /** Waits as long as the server has asked for. */
    void pause(long millis) throws InterruptedException {
        boolean unused = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    }

    /** Connects the device and subscribes it to its own topic. */
    MqttConnection subscribedConnection(TestDevice device, MqttVersion version) throws Exception {
        MqttConnection connection = connect(device, version);
        int code = connection.subscribe(device.topic());
        Expect.that(code == 0, "SUBACK 0 for the device's own topic", code);
        return connection;
    }

    /** Connects the device. */
    MqttConnection connect(TestDevice device, MqttVersion version) throws Exception {
        MqttConnection connection = openConnection(version);
        int code = connection.connect(ConnectOptions.of(device));
        Expect.that(code == 0, version + " CONNACK 0 for the device's own secret", code);
        return connection;
    }

    @Override
    public void close() {
        synchronized (connections) {
            connections.forEach(MqttConnection::close);
        }
        synchronized (streams) {
            streams.forEach(EventStreamReader::close);
        }
        CompletableFuture<?>[] disabled;
        synchronized (registered) {
            disabled = registered.stream()
                    .map(path -> operator.sendAsync("DELETE", path, ""))
                    .toArray(CompletableFuture<?>[]::new);
        }
        // a server that does not answer has failed the case already
        CompletableFuture.allOf(disabled)
                .completeOnTimeout(null, CLEANUP_SECONDS_MAX, TimeUnit.SECONDS)
                .exceptionally(failure -> null)
                .join();
    }
}
