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
 * Publications to clients of one session loop, published one after the other by one command of that loop. Moquette writes
 * QoS 0 to the channel or drops it without a word; so, when all are published, each channel's event loop is asked what
 * has come through, behind all that Moquette may have written there.
 */
@NullMarked
final class PublicationBatch {
    private final List<Publication> publications = new ArrayList<>();
    private final Map<EventLoop, List<Handed>> handed = new HashMap<>();

    /** One that Moquette has handed to its client's session. */
    private record Handed(Publication publication, Channel channel) {
        void settle() {
            publication.settled(channel);
        }
    }

    void add(Publication publication) {
        publications.add(publication);
    }

    /** Any of its clients. */
    String clientId() {
        return publications.get(0).clientId();
    }

    /**
     * To be run in the loop's turn. Whatever is thrown, each publication gets an answer.
     *
     * @param channels the channel that a client's session writes to, null for none
     */
    void publish(PostOffice office, SessionLoops loops, Function<String, @Nullable Channel> channels) {
        boolean settling = false;
        try {
            for (Publication publication : publications) {
                // one that throws must not take the others of its batch with it
                if (!loops.contain("PUB", Executors.callable(() -> publish(publication, office, channels)))) {
                    publication.failed();
                }
            }
            handed.forEach(PublicationBatch::settle);
            settling = true;
        } finally {
            if (!settling) {
                refuse();
            }
        }
    }

    private void publish(Publication publication, PostOffice office, Function<String, @Nullable Channel> channels) {
        RoutingResults results = office.internalPublish(publication.message());
        Channel channel = channels.apply(publication.clientId());
        if (!results.isAllSuccess()) {
            publication.failed();
        } else if (channel == null || !results.successedRoutings.contains(publication.clientId())) {
            publication.notSubscribed();
        } else {
            handed.computeIfAbsent(channel.eventLoop(), same -> new ArrayList<>())
                    .add(new Handed(publication, channel));
        }
    }

    private static void settle(EventLoop eventLoop, List<Handed> written) {
        try {
            eventLoop.execute(() -> written.forEach(Handed::settle));
        } catch (RejectedExecutionException stopping) {
            written.forEach(one -> one.publication().notSubscribed());
        }
    }

    /** The loop had no room for it, or no memory. */
    void refuse() {
        publications.forEach(Publication::failed);
    }

    /** The loops have ended: whatever has no answer yet gets one. */
    void abandon() {
        publications.forEach(Publication::notSubscribed);
    }
}
