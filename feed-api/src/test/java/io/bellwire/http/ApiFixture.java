package io.bellwire.http;

import io.bellwire.feedapi.FeedApi;
import io.bellwire.feedapi.FeedApiAccess;
import io.bellwire.feedapi.FeedApiOptions;
import io.bellwire.log.FeedId;
import io.bellwire.tls.Transport;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on a free port, and clients for it. Thread-safe. */
public final class ApiFixture implements AutoCloseable {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private static final long EXPIRE_INTERVAL_MILLIS = 600_000;

    private final FeedApi api;
    private final URI base;
    private final PrometheusMeterRegistry meters;

    private ApiFixture(FeedApi api, URI base, PrometheusMeterRegistry meters) {
        this.api = api;
        this.base = base;
        this.meters = meters;
    }

    /** A server with other limits of connections than the default. */
    static ApiFixture of(HttpConnectionLimits limits) {
        return of(FeedApiOptions.DEFAULT.withCallers(CallerLimits.DEFAULT.withConnections(limits)));
    }

    static ApiFixture inMemory() {
        return of(FeedApiOptions.DEFAULT);
    }

    public static ApiFixture of(FeedApiOptions options) {
        return of(options, Clock.systemUTC());
    }

    /** A server that takes its time from {@code clock}. */
    static ApiFixture of(FeedApiOptions options, Clock clock) {
        return of(options, clock, EXPIRE_INTERVAL_MILLIS);
    }

    /** A server behind TLS or proxies. */
    static ApiFixture of(FeedApiOptions options, Transport transport) {
        return of(options, Clock.systemUTC(), transport, EXPIRE_INTERVAL_MILLIS);
    }

    /** A server whose timer deletes expired events at this interval. */
    public static ApiFixture of(FeedApiOptions options, Clock clock, long expireIntervalMillis) {
        return of(options, clock, Transport.PLAIN, expireIntervalMillis);
    }

    private static ApiFixture of(FeedApiOptions options, Clock clock, Transport transport, long expireIntervalMillis) {
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(
                PrometheusConfig.DEFAULT, new PrometheusRegistry(), TestClock.ofMeters(clock));
        FeedApi api = FeedApi.open(options, clock, new SecureRandom(), meters);
        try {
            return new ApiFixture(api, FeedApiAccess.serve(api, transport, expireIntervalMillis), meters);
        } catch (RuntimeException e) {
            api.close();
            throw e;
        }
    }

    public FeedApi api() {
        return api;
    }

    List<ApiRoute> routes() {
        return FeedApiAccess.http(api).routes();
    }

    /** Deletes now what is older than the retention. */
    CompletableFuture<Long> expireOldEvents() {
        return FeedApiAccess.expireOldEvents(api);
    }

    URI base() {
        return base;
    }

    PrometheusMeterRegistry meters() {
        return meters;
    }

    /** How many long polls wait. */
    int waiting() {
        return (int) meters.get("bellwire.feed.waiting").gauge().value();
    }

    public ApiClient operator() {
        return as(api.operatorToken());
    }

    public ApiClient stranger() {
        return as("");
    }

    public ApiClient as(String token) {
        return new ApiClient(base, token);
    }

    /** A registered device. */
    public record Device(String id, ApiClient client) {
        public String path() {
            return "/v1/devices/" + id;
        }

        public String feed() {
            return path() + "/feed";
        }

        /** The smallest body that makes an order of this device. */
        public String order() {
            return "{\"device_id\":\"" + id + "\"}";
        }
    }

    /**
     * The cursor of {@code revision} in the device's feed. The operator reads it, so that nothing counts as received.
     */
    String cursorAt(Device device, int revision) {
        String cursor = operator()
                .get(device.feed() + "?limit=" + Math.max(1, revision))
                .cursor();
        return revision == 0 ? Cursors.beginningOf(cursor) : cursor;
    }

    /** Registers a device whose id begins with {@code name} and that no other test has. */
    public Device register(String name) {
        String id = name + "-" + NUMBERS.incrementAndGet();
        String secret = operator()
                .put("/v1/devices/" + id)
                .expect(201)
                .json()
                .path("secret")
                .asText();
        return new Device(id, as(secret));
    }

    /** A registered partner. */
    record Partner(String id, ApiClient client) {
        String path() {
            return "/v1/partners/" + id;
        }

        String feed() {
            return path() + "/feed";
        }
    }

    /** Registers a partner whose id begins with {@code name} and that no other test has. */
    Partner registerPartner(String name) {
        String id = name + "-" + NUMBERS.incrementAndGet();
        String secret = operator()
                .put("/v1/partners/" + id)
                .expect(201)
                .json()
                .path("secret")
                .asText();
        return new Partner(id, as(secret));
    }

    /** Makes one order of the device, for the partner. */
    CheckedResponse order(Device device, Partner partner) {
        return operator()
                .order("{\"device_id\":\"" + device.id() + "\",\"partner_id\":\"" + partner.id() + "\"}")
                .expect(201);
    }

    /** How many changes the orders' own feed has. */
    long headOfOrders() {
        return api.feedPositions().of(Set.of(FeedId.ORDERS)).toCompletableFuture().join().stream()
                .mapToLong(position -> position.head().value())
                .sum();
    }

    /** Makes {@code count} orders of the device, one after the other, whose volumes are 1 to {@code count}. */
    public void orders(Device device, int count) {
        for (int i = 1; i <= count; i++) {
            operator()
                    .order("{\"device_id\":\"" + device.id() + "\",\"volume\":" + i + "}")
                    .expect(201);
        }
    }

    @Override
    public void close() {
        api.close();
    }
}
