package io.bellwire.bridge;

import io.bellwire.broker.SignalBroker;
import io.bellwire.registry.DeviceId;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A broker that remembers what it was to hand over, and answers as it is told. Not thread-safe. */
final class RecordingBroker implements SignalBroker {
    final List<Rung> rung = new ArrayList<>();
    /** How many were handed over together each time. */
    final List<Integer> batches = new ArrayList<>();
    /** Runs before a batch is looked at. */
    Runnable beforeBatch = () -> {};
    /** What the next rings are answered with. */
    Function<DeviceId, CompletionStage<Handover>> answer =
            device -> CompletableFuture.completedFuture(Handover.WRITTEN);

    void answerWith(Handover handover) {
        answer = device -> CompletableFuture.completedFuture(handover);
    }

    @Override
    public CompletionStage<Handover> publish(DeviceId device, String topic, byte[] payload, int expirySeconds) {
        rung.add(new Rung(device, topic, new String(payload, StandardCharsets.UTF_8), expirySeconds));
        return answer.apply(device);
    }

    @Override
    public void publishAll(List<Delivery> deliveries) {
        batches.add(deliveries.size());
        beforeBatch.run();
        SignalBroker.super.publishAll(deliveries);
    }

    /** Takes what was rung since the last call, as {@code device payload}. */
    List<String> take() {
        List<String> taken = rung.stream().map(Rung::toString).toList();
        rung.clear();
        return taken;
    }

    /** Takes what was rung since the last call, the revisions alone. */
    List<Long> takeRevisions() {
        List<Long> taken = rung.stream().map(Rung::revision).toList();
        rung.clear();
        return taken;
    }

    @Override
    public InetSocketAddress address() {
        return InetSocketAddress.createUnresolved("localhost", 1883);
    }

    @Override
    public void disconnect(DeviceId device) {}

    @Override
    public Optional<String> problem() {
        return Optional.empty();
    }

    @Override
    public int connections() {
        return 0;
    }

    @Override
    public void close() {}

    record Rung(DeviceId device, String topic, String payload, int expirySeconds) {
        long revision() {
            return Long.parseLong(payload.replaceAll(".*\"revision\":(\\d+).*", "$1"));
        }

        @Override
        public String toString() {
            return device + " " + payload;
        }
    }
}
