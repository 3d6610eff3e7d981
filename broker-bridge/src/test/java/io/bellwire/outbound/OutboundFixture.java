package io.bellwire.outbound;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.bellwire.admission.Network;
import io.bellwire.outbound.OutboundResult.Answered;
import io.bellwire.outbound.OutboundResult.Failed;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A client that may call this machine over HTTP, with names that a test sets. */
final class OutboundFixture implements AutoCloseable {
    /** Calls without keeping what a name was. */
    static final LookupOptions NOTHING_KEPT =
            new LookupOptions(4, 100, Duration.ofSeconds(5), Duration.ZERO, Duration.ZERO);

    static final AddressRules LOOPBACK_TOO = new AddressRules(List.of(Network.of("127.0.0.0/8"), Network.of("::1")));
    static final OutboundOptions OPTIONS = OutboundOptions.DEFAULT.toBuilder()
            .httpAllowed(true)
            .addresses(LOOPBACK_TOO)
            .lookups(NOTHING_KEPT)
            .build();

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final List<InetSocketAddress> ownListeners = new CopyOnWriteArrayList<>();
    final OutboundClient client;
    private final Map<String, NameResolver> names = new ConcurrentHashMap<>();

    OutboundFixture() {
        this(OPTIONS);
    }

    OutboundFixture(OutboundOptions options) {
        name("loopback.example", "127.0.0.1");
        client = OutboundClient.start(
                options,
                new OutboundClient.Surroundings(
                        this::resolve,
                        new OwnListeners(() -> ownListeners, InetAddress::isLoopbackAddress),
                        System::nanoTime,
                        Clock.systemUTC()::instant,
                        new SecureRandom(),
                        meters));
    }

    private List<InetAddress> resolve(String name) throws UnknownHostException {
        NameResolver found = names.get(name);
        if (found == null) {
            throw new UnknownHostException(name);
        }
        return found.resolve(name);
    }

    void name(String name, String... addresses) {
        names.put(name, same -> addresses(addresses));
    }

    void name(String name, NameResolver resolver) {
        names.put(name, resolver);
    }

    static List<InetAddress> addresses(String... texts) {
        return List.of(texts).stream().map(OutboundFixture::address).toList();
    }

    static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static OutboundCall call(URI url, Duration deadline) {
        return new OutboundCall(
                url,
                Map.of("Content-Type", "application/json", "User-Agent", "Bellwire-Webhooks/1"),
                "{}".getBytes(StandardCharsets.UTF_8),
                deadline);
    }

    CompletableFuture<OutboundResult> start(OutboundCall call) {
        CompletableFuture<OutboundResult> result = new CompletableFuture<>();
        client.call(call, ended -> {
            if (!result.complete(ended)) {
                throw new IllegalStateException("a second result");
            }
        });
        return result;
    }

    CompletableFuture<OutboundResult> start(URI url) {
        return start(call(url, Duration.ofSeconds(30)));
    }

    static OutboundResult await(CompletableFuture<OutboundResult> result) {
        try {
            return result.get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("no result", e);
        }
    }

    Answered answer(URI url) {
        return assertInstanceOf(Answered.class, await(start(url)));
    }

    Failed failure(URI url) {
        return assertInstanceOf(Failed.class, await(start(url)));
    }

    Failed failure(URI url, Duration deadline) {
        return assertInstanceOf(Failed.class, await(start(call(url, deadline))));
    }

    @Override
    public void close() {
        client.close();
    }
}
