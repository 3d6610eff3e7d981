package io.bellwire.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.device.net.BoundedHttpClient;
import io.bellwire.device.net.Timers;
import io.bellwire.receiver.CallOutcome;
import io.bellwire.receiver.ReceiverClocks;
import io.bellwire.receiver.ReceiverKey;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The partners of a run: registers them, sets an endpoint for each, lets a {@link PartnerFleet} receive and misbehave,
 * and at the end enables what was disabled, until the server has nothing left to deliver. Call in the order of the
 * methods. Not thread-safe.
 */
public final class PartnerEndpoints implements AutoCloseable {
    private static final long POLL_MILLIS = 100;
    /** The discard service, which no machine has any more: nothing listens there. */
    private static final URI NOBODY = URI.create("http://127.0.0.1:9/");

    private final FleetOptions options;
    private final OperatorClient operator;
    private final BoundedHttpClient http;
    private final URI server;
    private final Timers timers;
    private final LongSupplier nanos;
    private final Clock clock;
    private final PartnerFleet fleet;
    private final LongAdder enabled = new LongAdder();
    private final List<CompletableFuture<String>> secrets = new ArrayList<>();
    private final List<PartnerClient> clients = new ArrayList<>();
    private final List<PartnerOrder> orders = new ArrayList<>();

    /**
     * Makes them; {@link #register} begins.
     *
     * @param clock the wall clock of the partners, by which they make codes and refuse old calls
     * @param safetyPoll how long those that read wait without a reason until they look whether they lack something
     */
    public PartnerEndpoints(
            FleetOptions options,
            FleetDevices devices,
            URI server,
            LongSupplier nanos,
            Clock clock,
            Duration safetyPoll,
            SplittableRandom random) {
        this.options = options;
        this.operator = devices.operator();
        this.http = devices.partnerClient();
        this.server = server;
        this.timers = devices.timers();
        this.nanos = nanos;
        this.clock = clock;
        this.fleet = new PartnerFleet(http, server, timers, random, ReceiverClocks.of(clock, nanos), safetyPoll);
    }

    /** Registers the partners. Completes once {@link #boot} may be called. */
    public CompletableFuture<Void> register() {
        for (int i = 0; i < options.partners().count(); i++) {
            secrets.add(operator.registerPartner(id(i)));
        }
        return allOf(secrets);
    }

    private String id(int partner) {
        return "sim-" + options.tag() + "-partner-" + (partner + 1);
    }

    /** Starts the receivers, which refuse every call until they have keys. */
    public void boot() throws IOException {
        for (int i = 0; i < secrets.size(); i++) {
            String secret = secrets.get(i).join();
            EndpointKind kind = EndpointKind.of(i);
            FleetPartner partner =
                    switch (kind.recovery()) {
                        case NONE -> fleet.addWithoutFeed(id(i));
                        case FEED -> fleet.add(id(i), secret);
                        case REPLAY -> fleet.addWithReplays(id(i), secret, kind.acknowledges());
                    };
            orders.add(new PartnerOrder(partner, kind));
            RepeatedRequests requests =
                    new RepeatedRequests(http, server, secret, timers, nanos, FailedAttempts.IGNORED);
            clients.add(new PartnerClient(id(i), requests, clock));
        }
    }

    /** Gives each partner a second factor and an endpoint. Completes once all URLs are confirmed. */
    public CompletableFuture<Void> create() {
        List<CompletableFuture<Void>> confirmed = new ArrayList<>();
        for (int i = 0; i < clients.size(); i++) {
            confirmed.add(create(clients.get(i), fleet.partners().get(i), EndpointKind.of(i)));
        }
        return allOf(confirmed);
    }

    private CompletableFuture<Void> create(PartnerClient client, FleetPartner partner, EndpointKind kind) {
        // The challenge of the first URL is called before the receiver has the key for its answer, and again only after
        // seconds: therefore the URL that counts is set afterwards. A receiver that got the key in time would confirm
        // the first one, and that write could be in the way of the second, whose code would be used up.
        return client.enrol()
                .thenCompose(app -> client.create(app, kind, NOBODY)
                        .thenAccept(secret -> setKey(partner, secret))
                        .thenCompose(set -> client.setUrl(app, partner.url())))
                .thenCompose(set -> untilConfirmed(client));
    }

    private static void setKey(FleetPartner partner, String secret) {
        try {
            partner.setKeys(List.of(ReceiverKey.parse(secret)));
        } catch (IOException failed) {
            throw new CompletionException(
                    new FleetException("partner " + partner.id() + " cannot listen: " + failed.getMessage(), failed));
        }
    }

    private CompletableFuture<Void> untilConfirmed(PartnerClient client) {
        return client.read().thenCompose(endpoint -> {
            if (endpoint.hasNonNull("url")) {
                return CompletableFuture.completedFuture(null);
            }
            CompletableFuture<Void> later = new CompletableFuture<>();
            timers.after(POLL_MILLIS, () -> later.complete(null));
            return later.thenCompose(waited -> untilConfirmed(client));
        });
    }

    /** The ids of the partners, whose orders may be placed. */
    public List<String> ids() {
        return fleet.partners().stream().map(FleetPartner::id).toList();
    }

    /** Lets receivers misbehave and be killed from now on, if the options say so. */
    public void injectFaults() throws IOException {
        orders.forEach(PartnerOrder::faultlessUntil);
        if (options.partners().faults()) {
            fleet.injectFaults();
        }
    }

    /** Ends all faults: each partner that was not stopped runs, and behaves. */
    public void heal() throws IOException {
        fleet.heal();
    }

    /** Call when there are no faults and each partner has everything: order is checked until the next faults. */
    public void expectOrder() {
        orders.forEach(PartnerOrder::faultlessFrom);
    }

    /** What calls have brought in another order than promised, or not at all though they have brought what comes after. */
    public List<String> orderViolations() {
        orders.forEach(PartnerOrder::faultlessUntil);
        return orders.stream()
                .map(PartnerOrder::violation)
                .flatMap(Optional::stream)
                .toList();
    }

    /** Ends this partner's process, which loses nothing, until {@link #startPartner}. */
    public void stopPartner(int partner) {
        fleet.stop(fleet.partners().get(partner));
    }

    /** Starts this partner's process again, and enables its endpoint if the server has given it up meanwhile. */
    public void startPartner(int partner) throws IOException {
        fleet.start(fleet.partners().get(partner));
        CompletableFuture<?> ignored = repair(partner);
    }

    public FleetPartner partner(int partner) {
        return fleet.partners().get(partner);
    }

    /** The endpoints that are not healthy, as text for people. */
    public CompletableFuture<List<String>> unhealthy() {
        List<CompletableFuture<JsonNode>> endpoints =
                clients.stream().map(PartnerClient::read).toList();
        return allOf(endpoints).thenApply(done -> IntStream.range(0, endpoints.size())
                .filter(i -> !isHealthy(endpoints.get(i).join().path("health")))
                .mapToObj(i -> id(i) + ": " + endpoints.get(i).join().path("health"))
                .toList());
    }

    private static boolean isHealthy(JsonNode health) {
        return health.path("state").asText().equals("healthy")
                && !health.path("suspicious").asBoolean(true)
                && health.path("pending").asLong(1) == 0;
    }

    /**
     * Enables the endpoints that were disabled.
     *
     * @return the endpoints that were disabled, or have something left to be called for, live or by a replay, or whose
     *     receivers lack a change, as text for people; empty if there are none. Of one whose partner is stopped: whether it
     *     is still called
     */
    public CompletableFuture<String> repair() {
        List<CompletableFuture<String>> unfinished =
                IntStream.range(0, clients.size()).mapToObj(this::repair).toList();
        return allOf(unfinished).thenApply(done -> unfinished.stream()
                .map(CompletableFuture::join)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("; ")));
    }

    private CompletableFuture<String> repair(int partner) {
        PartnerClient client = clients.get(partner);
        return client.read().thenCompose(endpoint -> {
            JsonNode health = endpoint.path("health");
            String now = id(partner) + ": " + health;
            if (fleet.isStopped(fleet.partners().get(partner))) {
                boolean isGivenUp = !endpoint.path("enabled").asBoolean();
                return CompletableFuture.completedFuture(isGivenUp || isFinished(health) ? "" : now);
            }
            if (!endpoint.path("enabled").asBoolean()) {
                enabled.increment();
                return client.enable().thenApply(again -> now);
            }
            // not the state: one that has read by itself what failed calls were about is not called again, and stays
            // failing
            if (!isFinished(health)) {
                return CompletableFuture.completedFuture(now);
            }
            if (fleet.partners().get(partner).hasGap()) {
                return CompletableFuture.completedFuture(id(partner) + ": a change before an applied one is missing");
            }
            return client.runningReplay().thenApply(replay -> replay.isEmpty() ? "" : id(partner) + ": " + replay);
        });
    }

    private static boolean isFinished(JsonNode health) {
        return health.path("pending").asLong(1) == 0;
    }

    /**
     * Whether each partner has applied all that was acknowledged.
     *
     * @param acknowledged the newest version of each of a partner's orders, by the partner's id
     */
    public boolean haveAll(Function<String, Map<String, Long>> acknowledged) {
        return fleet.report(acknowledged).lost() == 0;
    }

    /**
     * How the partners have fared until now.
     *
     * @param acknowledged the newest version of each of a partner's orders, by the partner's id
     */
    public FleetPartnerReport report(Function<String, Map<String, Long>> acknowledged) {
        Map<CallOutcome, Long> calls = new EnumMap<>(CallOutcome.class);
        fleet.partners()
                .forEach(partner -> partner.calls().forEach((result, count) -> calls.merge(result, count, Long::sum)));
        return new FleetPartnerReport(
                clients.size(),
                calls,
                fleet.report(acknowledged),
                fleet.kills(),
                enabled.sum(),
                fleet.partners().stream().mapToLong(FleetPartner::replays).sum(),
                fleet.partners().stream().mapToLong(FleetPartner::replayed).sum(),
                fleet.partners().stream()
                        .mapToLong(FleetPartner::incompleteReplays)
                        .sum());
    }

    private static CompletableFuture<Void> allOf(List<? extends CompletableFuture<?>> all) {
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }

    @Override
    public void close() {
        clients.forEach(PartnerClient::close);
        fleet.close();
    }
}
