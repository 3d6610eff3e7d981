package io.moquette.broker;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Publications to clients of one session loop. One command of that loop publishes them, one after the other. Moquette
 * writes a QoS 0 message to the channel or drops it without notice. So the batch, when all are published, queues a
 * task on each channel's event loop behind everything that Moquette may have written there; the task reports the
 * publications as published.
 */
@NullMarked
final class PublicationBatch {
    private final List<Publication> publications = new ArrayList<>();
    private final Map<EventLoop, List<HandedOver>> handedOver = new HashMap<>();

    /** A publication that Moquette has handed to its client's session. */
    private record HandedOver(Publication publication, Channel channel) {
        void reportPublished() {
            publication.published(channel);
        }
    }

    void add(Publication publication) {
        publications.add(publication);
    }

    /** The id of one of its clients. */
    String clientId() {
        return publications.get(0).clientId();
    }

    /**
     * Publishes all, in the loop's turn. Each publication gets an outcome, whatever is thrown.
     *
     * @param channels the channel that a client's session writes to, null for none
     */
    void publish(PostOffice postOffice, SessionLoops loops, Function<String, @Nullable Channel> channels) {
        boolean reported = false;
        try {
            for (Publication publication : publications) {
                // a publication that throws must not stop the others of its batch
                if (!loops.runSafely("PUB", Executors.callable(() -> publish(publication, postOffice, channels)))) {
                    publication.failed();
                }
            }
            handedOver.forEach(PublicationBatch::reportPublished);
            reported = true;
        } finally {
            if (!reported) {
                failAll();
            }
        }
    }

    private void publish(Publication publication, PostOffice postOffice, Function<String, @Nullable Channel> channels) {
        RoutingResults results = postOffice.internalPublish(publication.message());
        Channel channel = channels.apply(publication.clientId());
        if (!results.isAllSuccess()) {
            publication.failed();
        } else if (channel == null || !results.successedRoutings.contains(publication.clientId())) {
            publication.notSubscribed();
        } else {
            handedOver
                    .computeIfAbsent(channel.eventLoop(), same -> new ArrayList<>())
                    .add(new HandedOver(publication, channel));
        }
    }

    private static void reportPublished(EventLoop eventLoop, List<HandedOver> publications) {
        try {
            eventLoop.execute(() -> publications.forEach(HandedOver::reportPublished));
        } catch (RejectedExecutionException stopping) {
            publications.forEach(one -> one.publication().notSubscribed());
        }
    }

    /** Fails all publications: the loop had no room for the batch, or no memory. */
    void failAll() {
        publications.forEach(Publication::failed);
    }

    /** Gives an outcome to all publications that have none: the loops have ended. */
    void abandon() {
        publications.forEach(Publication::notSubscribed);
    }
}
