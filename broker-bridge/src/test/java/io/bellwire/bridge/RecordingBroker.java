package io.bellwire.bridge;

import io.bellwire.broker.SignalBroker;
import io.bellwire.log.DeviceId;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A broker that records the signals passed to it, and answers as the test says. Not thread-safe. */
final class RecordingBroker implements SignalBroker {
    final List<PublishedSignal> published = new ArrayList<>();
    /** The size of each batch. */
    final List<Integer> batches = new ArrayList<>();
    /** Runs at the beginning of {@link #publishAll}. */
    Runnable beforeBatch = () -> {};
    /** The answer to each signal. */
    Function<DeviceId, CompletionStage<Handover>> answer =
            device -> CompletableFuture.completedFuture(Handover.WRITTEN);

    void answerWith(Handover handover) {
        answer = device -> CompletableFuture.completedFuture(handover);
    }

    @Override
    public CompletionStage<Handover> publish(DeviceId device, String topic, byte[] payload, int expirySeconds) {
        published.add(new PublishedSignal(device, topic, new String(payload, StandardCharsets.UTF_8), expirySeconds));
        return answer.apply(device);
    }

    @Override
    public void publishAll(List<Delivery> deliveries) {
        batches.add(deliveries.size());
        beforeBatch.run();
        SignalBroker.super.publishAll(deliveries);
    }

    /** Removes the recorded signals and returns them as {@code device payload}. */
    List<String> take() {
        List<String> taken = published.stream().map(PublishedSignal::toString).toList();
        published.clear();
        return taken;
    }

    /** Removes the recorded signals and returns their revisions. */
    List<Long> takeRevisions() {
        List<Long> taken = published.stream().map(PublishedSignal::revision).toList();
        published.clear();
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

    record PublishedSignal(DeviceId device, String topic, String payload, int expirySeconds) {
        long revision() {
            return Long.parseLong(payload.replaceAll(".*\"revision\":(\\d+).*", "$1"));
        }

        @Override
        public String toString() {
            return device + " " + payload;
        }
    }
}
