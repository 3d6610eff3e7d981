package io.bellwire.broker;

import io.bellwire.log.DeviceId;
import io.bellwire.runtime.OutOfMemory;
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
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An MQTT 5 and 3.1.1 broker in this process, only for devices. What they may do is in PROTOCOL.md,
 * section 10. Thread-safe.
 */
public final class EmbeddedBroker implements SignalBroker {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

    private final BrokerMeters meters;
    private final CanaryPorts canaryPorts = new CanaryPorts();
    private final Starter starter;
    private final InetSocketAddress address;
    private final Optional<InetSocketAddress> webSocketAddress;
    private final Watchdog watchdog;
    private final Object lifecycle = new Object();
    private boolean closed;
    private volatile BrokerRun run;
    private volatile @Nullable String symptom;

    private EmbeddedBroker(
            BrokerOptions options, DeviceServices services, MeterRegistry registry, Clock clock, SecureRandom random)
            throws BindException {
        BrokerMeters brokerMeters = new BrokerMeters(registry);
        meters = brokerMeters;
        starter = (port, wsPort) -> new BrokerRun(
                options.withPorts(port, wsPort),
                services,
                canaryPorts,
                brokerMeters,
                clock,
                registry.config().clock()::monotonicTime,
                random);
        run = starter.start(options.port(), options.wsPort());
        address = run.address();
        webSocketAddress = run.webSocketAddress();
        meters.watch(this, () -> run.sockets());
        watchdog = new Watchdog(
                new WatchedBroker(options.watchdogTimeout()), options.watchdogInterval(), options.watchdogRounds());
    }

    private interface Starter {
        BrokerRun start(int port, int wsPort) throws BindException;
    }

    /**
     * Starts a broker; it listens, and accepts devices, when this returns.
     *
     * @param registry gets the broker's metrics, all named {@code bellwire.broker.*}
     * @param random source of the secrets of the watchdog's canaries
     * @throws BindException if it cannot listen there; the message names host and port, and no thread is left running
     */
    public static EmbeddedBroker start(
            BrokerOptions options, DeviceServices services, MeterRegistry registry, Clock clock, SecureRandom random)
            throws BindException {
        return new EmbeddedBroker(options, services, registry, clock, random);
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    /** The address that devices connect to over WebSocket, at the path {@code /mqtt}; empty if they cannot. */
    public Optional<InetSocketAddress> webSocketAddress() {
        return webSocketAddress;
    }

    @Override
    public CompletionStage<Handover> publish(DeviceId device, String topic, byte[] payload, int expirySeconds) {
        CompletableFuture<Handover> handover = new CompletableFuture<>();
        publishAll(List.of(new Delivery(device, topic, payload, expirySeconds, handover)));
        return handover;
    }

    /**
     * Sends a signal to a canary of the watchdog, which ignores it: for whoever tests the way of a signal. Completes as
     * for a device; the canary connects one {@link BrokerOptions#watchdogInterval} after the start.
     */
    public CompletionStage<Handover> publishToCanary(byte[] payload) {
        return publishToCanary(run.canaries().accounts().get(0).clientId(), payload);
    }

    private CompletionStage<Handover> publishToCanary(String canary, byte[] payload) {
        CompletableFuture<Handover> handover = new CompletableFuture<>();
        BrokerRun now = run;
        now.publish(List.of(now.signal(canary, SignalTopic.ofClient(canary), payload, 0, handover)));
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
        disconnect(device, fingerprint -> false);
    }

    @Override
    public void disconnect(DeviceId device, LongPredicate isValid) {
        run.disconnect(device, isValid);
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

    /** This broker as the watchdog sees it. */
    private final class WatchedBroker implements Watchdog.Target {
        private final Duration timeout;

        private WatchedBroker(Duration timeout) {
            this.timeout = timeout;
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
        public long commandsDone(int loop) {
            return run.commandsDone(loop);
        }

        @Override
        public void busy(int loop) {
            meters.loopBusy();
        }

        @Override
        public Canary openCanary(Canaries.Account account) {
            return new Canary(
                    account, address, canaryPorts, payload -> publishToCanary(account.clientId(), payload), timeout);
        }

        @Override
        public void probed(boolean succeeded) {
            meters.canaryProbed(succeeded);
        }

        @Override
        public void healthy() {
            symptom = null;
        }

        @Override
        public void restart(String reason) {
            symptom = reason;
            synchronized (lifecycle) {
                if (closed) {
                    return;
                }
                LOG.error("{}: restarting it on {}", reason, address);
                meters.restarted();
                try {
                    run.close();
                } finally {
                    startAgain();
                }
            }
        }

        /** The watchdog tries again in its next round if this fails, whatever is thrown: no descriptors, no threads. */
        private void startAgain() {
            try {
                run = starter.start(
                        address.getPort(),
                        webSocketAddress.map(InetSocketAddress::getPort).orElse(BrokerOptions.NO_PORT));
            } catch (Throwable thrown) {
                OutOfMemory.report(thrown);
                symptom = "the MQTT broker could not be restarted: " + thrown.getMessage();
                LOG.error("the MQTT broker could not be restarted", thrown);
            }
        }
    }
}
