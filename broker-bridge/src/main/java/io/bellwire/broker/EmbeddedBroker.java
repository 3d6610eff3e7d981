package io.bellwire.broker;

import io.bellwire.registry.DeviceId;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An MQTT 5 and 3.1.1 broker in this process, for devices alone: what they may do with it is in PROTOCOL.md, "Signals
 * over MQTT". Thread-safe.
 */
public final class EmbeddedBroker implements SignalBroker {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

    private final BrokerMeters meters;
    private final Starter starter;
    private final InetSocketAddress address;
    private final Optional<InetSocketAddress> webSocketAddress;
    private final Watchdog watchdog;
    private final Object lifecycle = new Object();
    private boolean closed;
    private volatile BrokerRun run;
    private volatile @Nullable String symptom;

    private EmbeddedBroker(
            BrokerOptions options,
            DeviceAuthenticator authenticator,
            DeviceTopics topics,
            DeviceSessions sessions,
            @Nullable FetchHandler fetch,
            MeterRegistry registry,
            Clock clock,
            SecureRandom random)
            throws BindException {
        BrokerMeters counting = new BrokerMeters(registry);
        meters = counting;
        starter = (port, wsPort) -> new BrokerRun(
                options.withPorts(port, wsPort),
                authenticator,
                topics,
                sessions,
                fetch,
                counting,
                clock,
                registry.config().clock()::monotonicTime,
                random);
        run = starter.start(options.port(), options.wsPort());
        address = run.address();
        webSocketAddress = run.webSocketAddress();
        meters.watch(this);
        watchdog = new Watchdog(
                new Revival(options.watchdogTimeout()), options.watchdogInterval(), options.watchdogRounds());
    }

    private interface Starter {
        BrokerRun start(int port, int wsPort) throws BindException;
    }

    /**
     * Listens, and lets devices in, when it returns.
     *
     * @param registry gets the broker's metrics, all named {@code bellwire.broker.*}
     * @param random secrets of the watchdog's own clients are drawn from it
     * @throws BindException if it cannot listen there; the message names host and port, and no thread is left behind
     */
    public static EmbeddedBroker start(
            BrokerOptions options,
            DeviceAuthenticator authenticator,
            DeviceTopics topics,
            DeviceSessions sessions,
            MeterRegistry registry,
            Clock clock,
            SecureRandom random)
            throws BindException {
        return new EmbeddedBroker(options, authenticator, topics, sessions, null, registry, clock, random);
    }

    /**
     * The same, and devices may ask for their feeds over MQTT too, if {@link BrokerOptions#fetchPageBytesMax} lets them.
     *
     * @param fetch what answers them
     */
    public static EmbeddedBroker start(
            BrokerOptions options,
            DeviceAuthenticator authenticator,
            DeviceTopics topics,
            DeviceSessions sessions,
            FetchHandler fetch,
            MeterRegistry registry,
            Clock clock,
            SecureRandom random)
            throws BindException {
        return new EmbeddedBroker(options, authenticator, topics, sessions, fetch, registry, clock, random);
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    /** Where devices connect over WebSocket, at the path {@code /mqtt}; empty if they cannot. */
    public Optional<InetSocketAddress> webSocketAddress() {
        return webSocketAddress;
    }

    @Override
    public CompletionStage<Handover> publish(DeviceId device, String topic, byte[] payload, int expirySeconds) {
        CompletableFuture<Handover> handover = new CompletableFuture<>();
        publishAll(List.of(new Delivery(device, topic, payload, expirySeconds, handover)));
        return handover;
    }

    @Override
    public void publishAll(List<Delivery> deliveries) {
        BrokerRun now = run;
        List<OutgoingSignal> signals = new ArrayList<>(deliveries.size());
        for (Delivery delivery : deliveries) {
            var unused = delivery.handover().thenAccept(meters::signal);
            signals.add(now.signal(
                    delivery.device().value(),
                    delivery.topic(),
                    delivery.payload(),
                    delivery.expirySeconds(),
                    delivery.handover()));
        }
        now.publish(signals);
    }

    @Override
    public void disconnect(DeviceId device) {
        run.disconnect(device);
    }

    @Override
    public Optional<String> problem() {
        String known = symptom;
        if (known != null) {
            return Optional.of(known);
        }
        return run.isListening() ? Optional.empty() : Optional.of("the MQTT broker does not listen");
    }

    @Override
    public int connections() {
        return run.devices();
    }

    @Override
    public void close() {
        watchdog.close();
        synchronized (lifecycle) {
            if (!closed) {
                closed = true;
                run.close();
            }
        }
    }

    /** What the watchdog does to this broker. */
    private final class Revival implements Watchdog.Patient {
        private final Duration patience;

        private Revival(Duration patience) {
            this.patience = patience;
        }

        @Override
        public boolean isListening() {
            return run.isListening();
        }

        @Override
        public List<Canaries.Account> accounts() {
            return run.canaries().accounts();
        }

        @Override
        public Canary hatch(Canaries.Account account) {
            return new Canary(account, address, tune -> tune(account.clientId(), tune), patience);
        }

        private CompletionStage<Handover> tune(String canary, byte[] tune) {
            CompletableFuture<Handover> handover = new CompletableFuture<>();
            BrokerRun now = run;
            now.publish(List.of(now.signal(canary, SignalTopic.ofClient(canary), tune, 0, handover)));
            return handover;
        }

        @Override
        public void listened(boolean heard) {
            meters.listened(heard);
        }

        @Override
        public void well() {
            symptom = null;
        }

        @Override
        public void revive(String why) {
            symptom = why;
            synchronized (lifecycle) {
                if (closed) {
                    return;
                }
                LOG.error("{}: restarting it on {}", why, address);
                meters.restarted();
                run.close();
                try {
                    run = starter.start(
                            address.getPort(),
                            webSocketAddress.map(InetSocketAddress::getPort).orElse(BrokerOptions.NO_PORT));
                } catch (BindException taken) {
                    // the watchdog comes back to it in its next round
                    symptom = taken.getMessage();
                    LOG.error("the MQTT broker could not be restarted", taken);
                }
            }
        }
    }
}
