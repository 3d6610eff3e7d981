package io.bellwire.delivery;

import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener.Advance;
import io.bellwire.log.Revision;
import io.bellwire.webhook.EndpointId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The feed of a partner that has endpoints, as {@link Deliveries} is notified of it. Thread-safe. */
final class PartnerFeed {
    private final FeedId id;
    private volatile List<TrackedEndpoint> endpoints = List.of();
    private long head;
    private long atMillis;
    private long read;
    private long processed;
    private boolean isSuspended;

    PartnerFeed(FeedId id) {
        this.id = id;
    }

    FeedId id() {
        return id;
    }

    List<TrackedEndpoint> endpoints() {
        return endpoints;
    }

    @Nullable TrackedEndpoint find(EndpointId endpoint) {
        for (TrackedEndpoint tracked : endpoints) {
            if (tracked.id.equals(endpoint)) {
                return tracked;
            }
        }
        return null;
    }

    synchronized void add(TrackedEndpoint endpoint) {
        List<TrackedEndpoint> more = new ArrayList<>(endpoints);
        more.add(endpoint);
        endpoints = List.copyOf(more);
    }

    synchronized void remove(TrackedEndpoint endpoint) {
        endpoints = endpoints.stream().filter(other -> other != endpoint).toList();
    }

    synchronized void committed(Advance advance) {
        if (advance.head().value() > head) {
            head = advance.head().value();
            atMillis = advance.at().toEpochMilli();
        }
    }

    synchronized void read(Revision revision) {
        read = Math.max(read, revision.value());
    }

    synchronized void processed(Revision revision) {
        processed = Math.max(processed, revision.value());
    }

    /** Its endpoints are called no more, or again; {@code enqueue} gives each of them a turn. */
    void suspend(boolean isNow, Consumer<TrackedEndpoint> enqueue) {
        synchronized (this) {
            isSuspended = isNow;
        }
        endpoints.forEach(enqueue);
    }

    /** Tells the delivery what this knows. */
    synchronized void tell(EndpointDelivery delivery) {
        delivery.feedMoved(head, atMillis, read, processed);
        delivery.suspend(isSuspended);
    }
}
