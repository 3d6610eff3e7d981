package io.bellwire.broker;

import io.bellwire.admission.FailedLoginLimits;
import io.bellwire.admission.FailedLogins;
import io.bellwire.admission.TrustedProxies;
import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.DeviceId;
import io.bellwire.runtime.Stopwatch;
import io.bellwire.tls.Transport;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A real broker on a free port that knows every device, and records its calls of {@link SessionListener}. Thread-safe.
 */
final class TestBroker implements AutoCloseable {
    /** A topic that all devices have in common, as routes may define one. */
    static final String COMMON_TOPIC = "kitchen/common";

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    /** {@code +id} for subscribed, {@code -id} for disconnected. */
    final List<String> events = new CopyOnWriteArrayList<>();
    /** {@code id by kind} for each connection. */
    final List<String> kinds = new CopyOnWriteArrayList<>();

    private final EmbeddedBroker broker;
    private volatile boolean overWebSocket;

    TestBroker() {
        this(options().build());
    }

    TestBroker(BrokerOptions options) {
        this(
                options,
                (device, secret) -> CompletableFuture.completedFuture(
                        new String(secret, StandardCharsets.UTF_8).equals(secretOf(device.value()))));
    }

    TestBroker(BrokerOptions options, DeviceAuthenticator authenticator) {
        this(options, authenticator, new FetchHandler() {
            @Override
            public CompletionStage<Answer> fetch(DeviceId device, byte[] request, int bodyBytesMax) {
                throw new IllegalStateException("fetching is off");
            }

            @Override
            public Answer busy() {
                throw new IllegalStateException("fetching is off");
            }
        });
    }

    TestBroker(BrokerOptions options, DeviceAuthenticator authenticator, FetchHandler fetch) {
        this(options, authenticator, fetch, Transport.PLAIN);
    }

    /** Behind proxies with these addresses. */
    TestBroker(BrokerOptions options, TrustedProxies proxies) {
        this(
                options,
                (device, secret) -> CompletableFuture.completedFuture(
                        new String(secret, StandardCharsets.UTF_8).equals(secretOf(device.value()))),
                null,
                new Transport(null, proxies));
    }

    private TestBroker(
            BrokerOptions options, DeviceAuthenticator authenticator, FetchHandler fetch, Transport transport) {
        SessionListener sessions = new SessionListener() {
            @Override
            public void connected(DeviceId device, DoorbellKind kind) {
                kinds.add(device + " by " + kind.text());
            }

            @Override
            public void subscribed(DeviceId device, String topic, DoorbellKind kind) {
                events.add("+" + device);
            }

            @Override
            public void disconnected(DeviceId device) {
                events.add("-" + device);
            }
        };
        try {
            broker = EmbeddedBroker.start(
                    options,
                    new DeviceServices(
                            authenticator,
                            new FailedLogins(FailedLoginLimits.DEFAULT, new Stopwatch(System::nanoTime), meters),
                            TestBroker::topicsOf,
                            sessions,
                            fetch,
                            transport),
                    meters,
                    Clock.systemUTC(),
                    new SecureRandom());
        } catch (BindException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static BrokerOptions.Builder options() {
        return BrokerOptions.builder().port(0);
    }

    static String secretOf(String device) {
        return "secret-of-" + device;
    }

    static String topicOf(String device) {
        return SignalTopic.of(new DeviceId(device));
    }

    static String urgentTopicOf(String device) {
        return "kitchen/" + device + "/urgent";
    }

    private static Set<String> topicsOf(DeviceId device) {
        return Set.of(SignalTopic.of(device), urgentTopicOf(device.value()), COMMON_TOPIC);
    }

    EmbeddedBroker broker() {
        return broker;
    }

    InetSocketAddress address() {
        return broker.address();
    }

    /** Makes {@link #endpoint} that of WebSocket. */
    TestBroker overWebSocket() {
        overWebSocket = true;
        return this;
    }

    /** The endpoint that clients connect to. */
    Endpoint endpoint() {
        return overWebSocket
                ? new Endpoint(broker.webSocketAddress().orElseThrow(), true)
                : new Endpoint(address(), false);
    }

    /** An address and its protocol. */
    record Endpoint(InetSocketAddress address, boolean isWebSocket) {}

    Handover publishOn(String topic, String device, String payload, int expirySeconds) {
        return broker.publish(new DeviceId(device), topic, payload.getBytes(StandardCharsets.UTF_8), expirySeconds)
                .toCompletableFuture()
                .join();
    }

    Handover publish(String device, String payload) {
        return broker.publish(new DeviceId(device), payload.getBytes(StandardCharsets.UTF_8))
                .toCompletableFuture()
                .join();
    }

    InetSocketAddress address(boolean ofWebSocket) {
        return ofWebSocket ? broker.webSocketAddress().orElseThrow() : address();
    }

    double refused(ConnectionRefusal why) {
        return meters.get("bellwire.broker.refusals")
                .tag("reason", why.tag())
                .counter()
                .count();
    }

    double counted(String meter) {
        return meters.get(meter).counter().count();
    }

    double canaryRounds() {
        return meters.get("bellwire.broker.canaries")
                .tag("outcome", "heard")
                .counter()
                .count();
    }

    double loopErrors() {
        return meters.get("bellwire.broker.loop.errors").counter().count();
    }

    @Override
    public void close() {
        broker.close();
    }
}
