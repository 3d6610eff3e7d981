package io.bellwire.serve;

import io.bellwire.delivery.Deliveries;
import io.bellwire.delivery.DeliveryPorts;
import io.bellwire.delivery.LoggedEndpointFeed;
import io.bellwire.delivery.RecentAttempts;
import io.bellwire.feedapi.ConfigurationException;
import io.bellwire.feedapi.FeedApi;
import io.bellwire.log.FeedId;
import io.bellwire.outbound.OutboundClient;
import io.bellwire.outbound.OwnListeners;
import io.bellwire.outbound.TargetUrl;
import io.bellwire.runtime.Scheduler;
import io.bellwire.webhook.EndpointId;
import io.bellwire.webhook.EndpointListener;
import io.bellwire.webhook.WebhookEndpoint;
import io.bellwire.webhook.Webhooks;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts that call partners' endpoints, connected with the log. Thread-safe. */
final class EndpointCaller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EndpointCaller.class);
    private static final long SAVE_SECONDS = 5;

    private final WebhookOptions options;
    private final OutboundClient client;
    private final ThreadScheduler scheduler;
    private final Deliveries deliveries;
    private volatile List<InetSocketAddress> ownAddresses = List.of();

    private EndpointCaller(
            WebhookOptions options, FeedApi feed, Clocks clocks, SecureRandom random, MeterRegistry meters) {
        Clock clock = clocks.wall();
        this.options = options;
        this.client = client(clocks, random, meters);
        this.scheduler = new ThreadScheduler("webhooks", clocks.nanoTime());
        scheduler.bindTo(meters);
        Webhooks webhooks = feed.webhooks();
        this.deliveries = new Deliveries(
                options.delivery(),
                new DeliveryPorts(
                        new LoggedEndpointFeed(feed.events()),
                        new SignedCalls(client, webhooks.secrets(), feed.events()::steadyMillis, clock::millis),
                        new LoggedEndpoints(webhooks, feed.events()::steadyMillis),
                        new RecentAttempts(options.attempts())),
                scheduler,
                clock::millis,
                new SplittableRandom(random.nextLong()),
                meters);
        webhooks.checkUrlsWith(this::problemOf);
        webhooks.reportHealthWith(deliveries::health);
        webhooks.recoverWith(deliveries.recovery());
        feed.listen(deliveries);
        webhooks.listen(new EndpointListener() {
            @Override
            public void changed(WebhookEndpoint endpoint) {
                deliveries.put(endpoint, webhooks.takeFirstPosition(endpoint.id()));
                webhooks.takeSavedReplay(endpoint.id())
                        .ifPresent(replay -> deliveries.recovery().resume(endpoint.id(), replay));
            }

            @Override
            public void removed(EndpointId id) {
                deliveries.remove(id);
            }
        });
        feed.addReadyCheck("webhooks", deliveries::problem);
    }

    /** Connects the parts, which call nobody before {@link #start}. Throws {@link ConfigurationException}. */
    static EndpointCaller open(
            WebhookOptions options, FeedApi feed, Clocks clocks, SecureRandom random, MeterRegistry meters) {
        return new EndpointCaller(options, feed, clocks, random, meters);
    }

    private OutboundClient client(Clocks clocks, SecureRandom random, MeterRegistry meters) {
        try {
            return OutboundClient.start(
                    options.outbound(),
                    new OutboundClient.Surroundings(
                            name -> List.of(InetAddress.getAllByName(name)),
                            new OwnListeners(() -> ownAddresses, EndpointCaller::isLocal),
                            clocks.nanoTime(),
                            clocks.wall()::instant,
                            random,
                            meters));
        } catch (IllegalArgumentException | UncheckedIOException e) {
            throw new ConfigurationException("webhooks: " + e.getMessage(), e);
        }
    }

    private static boolean isLocal(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException unknown) {
            return true; // rather no call than one to ourselves
        }
    }

    /** Makes calls under the same rules. */
    OutboundClient client() {
        return client;
    }

    /** Runs short tasks between those of deliveries. */
    Scheduler scheduler() {
        return scheduler;
    }

    /** Why this URL must not be called; empty if it may be. */
    Optional<String> problemOf(String url) {
        try {
            TargetUrl unused = TargetUrl.of(
                    url, options.outbound().isHttpAllowed(), options.outbound().addresses());
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Whether the endpoints of the partner are called. */
    void suspend(FeedId partner, boolean isSuspended) {
        deliveries.suspend(partner, isSuspended);
    }

    /** Begins to call endpoints; never one at these addresses, which the server itself listens on. */
    void start(List<InetSocketAddress> own) {
        ownAddresses = List.copyOf(own);
        deliveries.start();
    }

    /** What the scheduler still has to do before this is the saving of positions. */
    private void awaitSaved() {
        CountDownLatch saved = new CountDownLatch(1);
        scheduler.schedule(Duration.ZERO, saved::countDown);
        try {
            if (!saved.await(SAVE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("positions of endpoints were not saved within {} s: calls will be repeated", SAVE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends calls, and saves where endpoints are. The log must still take writes. */
    @Override
    public void close() {
        deliveries.close();
        client.close();
        awaitSaved();
        scheduler.close();
    }
}
