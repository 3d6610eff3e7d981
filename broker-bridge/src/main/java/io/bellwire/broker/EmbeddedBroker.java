package io.bellwire.broker;

import io.bellwire.registry.DeviceId;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * An MQTT 5 and 3.1.1 broker in this process, for devices alone: what they may do with it is in PROTOCOL.md, "Signals
 * over MQTT". Thread-safe.
 */
public final class EmbeddedBroker implements SignalBroker {
    private final BrokerMeters meters;
    private final InetSocketAddress address;
    private volatile BrokerRun run;

    private EmbeddedBroker(
            BrokerOptions options,
            DeviceAuthenticator authenticator,
            DeviceSessions sessions,
            MeterRegistry registry,
            Clock clock,
            SecureRandom random)
            throws BindException {
        meters = new BrokerMeters(registry, this::connections);
        run = new BrokerRun(options, authenticator, sessions, meters, clock, random);
        address = run.address();
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
            DeviceSessions sessions,
            MeterRegistry registry,
            Clock clock,
            SecureRandom random)
            throws BindException {
        return new EmbeddedBroker(options, authenticator, sessions, registry, clock, random);
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public CompletionStage<Handover> ring(DeviceId device, byte[] payload) {
        Doorbell bell = run.gate().connections().find(device.value());
        CompletionStage<Handover> outcome =
                bell == null ? CompletableFuture.completedFuture(Handover.NOT_SUBSCRIBED) : bell.ring(payload);
        return outcome.whenComplete((handover, never) -> meters.signal(handover));
    }

    @Override
    public void disconnect(DeviceId device) {
        run.gate().connections().disconnect(device);
    }

    @Override
    public Optional<String> problem() {
        return run.isListening() ? Optional.empty() : Optional.of("the MQTT broker does not listen");
    }

    @Override
    public int connections() {
        return run.gate().connections().devices();
    }

    @Override
    public void close() {
        run.close();
    }
}
