package io.bellwire.world;

import io.bellwire.broker.SignalBroker;
import io.bellwire.broker.SignalTopic;
import io.bellwire.device.ReceivedSignal;
import io.bellwire.log.DeviceId;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A broker whose answers are delayed. Under faults it fails, finds its connections congested, or never answers. Like a
 * real broker, it takes a connection for alive until it notices the end. One thread.
 */
final class VirtualBroker implements SignalBroker {
    private static final int ANSWER_MILLIS_MAX = 20;

    private final WorldNetwork network;
    private final SplittableRandom random;

    VirtualBroker(WorldNetwork network, SplittableRandom random) {
        this.network = network;
        this.random = random;
    }

    @Override
    public CompletionStage<Handover> publish(DeviceId device, String topic, byte[] payload, int expirySeconds) {
        WorldConnection connection = network.connectionOf(device.value());
        if (connection == null) {
            return CompletableFuture.completedFuture(Handover.NOT_SUBSCRIBED);
        }
        double draw = random.nextDouble() * 10;
        double lossRate = network.faults().signalLoss();
        if (draw < lossRate) {
            return answer(Handover.FAILED);
        }
        if (draw < 2 * lossRate) {
            return answer(Handover.CONGESTED);
        }
        if (!topic.equals(SignalTopic.of(device)) && !connection.hasAlarms()) {
            network.observer()
                    .reportViolation(device + " is sent a signal on " + topic + ", which it has not subscribed to");
        }
        ReceivedSignal signal = network.observeSignal(device.value(), topic, payload);
        if (signal != null) {
            connection.transmit(signal);
        }
        return draw < 2.2 * lossRate ? new CompletableFuture<>() : answer(Handover.WRITTEN);
    }

    private CompletionStage<Handover> answer(Handover outcome) {
        int delayMillis = random.nextInt(ANSWER_MILLIS_MAX);
        if (delayMillis == 0) {
            return CompletableFuture.completedFuture(outcome);
        }
        CompletableFuture<Handover> promise = new CompletableFuture<>();
        network.later(delayMillis, () -> promise.complete(outcome));
        return promise;
    }

    @Override
    public InetSocketAddress address() {
        throw new UnsupportedOperationException("a virtual broker has no address");
    }

    @Override
    public void disconnect(DeviceId device) {
        throw new UnsupportedOperationException("the network ends the connections of disabled devices");
    }

    @Override
    public Optional<String> problem() {
        return Optional.empty();
    }

    @Override
    public int connections() {
        throw new UnsupportedOperationException("not supported");
    }

    @Override
    public void close() {}
}
