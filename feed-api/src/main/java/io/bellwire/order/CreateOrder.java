package io.bellwire.order;

import io.bellwire.log.Answer;
import io.bellwire.log.Event;
import io.bellwire.log.Feed;
import io.bellwire.log.Group;
import io.bellwire.log.IdempotencyKey;
import io.bellwire.log.Timestamps;
import io.bellwire.log.Write;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The write that makes one order, in all of its feeds, exactly once per idempotency key. */
public final class CreateOrder implements Write<CreateOrder.Outcome> {
    private static final int OVERHEAD_BYTES = 512;

    private final OrderDraft draft;
    private final Feed deviceFeed;
    private final List<Feed> feeds;
    private final @Nullable IdempotencyKey key;
    private final byte[] fingerprint;

    /**
     * @param feeds where the order's creation is told, the device's feed first
     * @param key what the source calls its request, if it named it
     * @param fingerprint digest of the request, to notice another one under the same key
     */
    public CreateOrder(OrderDraft draft, List<Feed> feeds, @Nullable IdempotencyKey key, byte[] fingerprint) {
        this.draft = draft;
        this.deviceFeed = feeds.get(0);
        this.feeds = List.copyOf(feeds);
        this.key = key;
        this.fingerprint = fingerprint.clone();
    }

    /** What became of it. */
    public sealed interface Outcome {
        <T> T fold(Function<Made, T> made, Function<Repeated, T> repeated, Function<Mismatch, T> mismatch);
    }

    /** A new order; its creation is the event. */
    public record Made(OrderId id, Event event) implements Outcome {
        @Override
        public <T> T fold(Function<Made, T> made, Function<Repeated, T> repeated, Function<Mismatch, T> mismatch) {
            return made.apply(this);
        }
    }

    /** The same request was answered before, with the event of this number. */
    public record Repeated(OrderId id, long event) implements Outcome {
        @Override
        public <T> T fold(Function<Made, T> made, Function<Repeated, T> repeated, Function<Mismatch, T> mismatch) {
            return repeated.apply(this);
        }
    }

    /** Another request has used the key. */
    public record Mismatch() implements Outcome {
        @Override
        public <T> T fold(Function<Made, T> made, Function<Repeated, T> repeated, Function<Mismatch, T> mismatch) {
            return mismatch.apply(this);
        }
    }

    @Override
    public Set<Feed> feeds() {
        return new LinkedHashSet<>(feeds);
    }

    @Override
    public Set<IdempotencyKey> keys() {
        return key == null ? Set.of() : Set.of(key);
    }

    @Override
    public int bytes() {
        return OVERHEAD_BYTES + draft.bytes();
    }

    @Override
    public Outcome decide(Group group) {
        if (key != null) {
            Answer before = group.answer(key);
            if (before != null) {
                return Arrays.equals(before.fingerprint(), fingerprint)
                        ? new Repeated(new OrderId(before.orderKey()), before.event())
                        : new Mismatch();
            }
        }
        OrderId id = new OrderId(group.nextPlace(deviceFeed));
        String time = Timestamps.format(group.now());
        byte[] prefix = OrderEvent.prefix(OrderEvent.CREATED, id, time);
        Event event = group.append(OrderEvent.tail(prefix, draft.json(id, time)), prefix.length, id.key(), feeds);
        group.putOrder(id.key(), event);
        if (key != null) {
            group.remember(new Answer(key, fingerprint, id.key(), event.seq(), event.atMillis()));
        }
        return new Made(id, event);
    }
}
