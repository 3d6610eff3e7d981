package io.bellwire.bridge;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.Cursor;
import io.bellwire.log.FeedId;
import io.bellwire.route.TopicTemplate;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One open way to whoever reads a feed: an MQTT session, a stream of events. A feed may have several, and each is rung by
 * itself. Two objects that are equal are the same line. Thread-safe.
 */
public interface SignalChannel {
    /** The feed that it rings for. */
    FeedId feed();

    /** What rings at its end. */
    DoorbellKind kind();

    /** Whether changes that are to ring on {@code topic} ring here; all do where there are no topics. */
    default boolean hears(TopicTemplate topic) {
        return true;
    }

    /**
     * The cursor of the signal that the reader says it has had, checked when the line was opened: with the feed's head, no
     * greeting is due.
     */
    default Optional<Cursor> told() {
        return Optional.empty();
    }

    /**
     * Hands one signal over, now or at the end of the bridge's turn. Never blocks, never throws, queues nothing beyond it.
     * The stage completes, never exceptionally, with what became of the signal; what is chained to it must not block.
     */
    CompletionStage<Handover> ring(SignalMessage ring);
}
