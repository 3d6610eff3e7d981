package io.bellwire.bridge;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.Cursor;
import io.bellwire.log.FeedId;
import io.bellwire.route.TopicTemplate;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One open way to whoever reads a feed: a subscription of an MQTT session, a stream of events. A feed may have several,
 * and each gets its own signals. Two objects that are equal are the same channel. Thread-safe.
 */
public interface SignalChannel {
    /** The feed that it carries signals of. */
    FeedId feed();

    /** What the reader is connected by. */
    DoorbellKind kind();

    /** Whether it carries signals of changes whose route names {@code topic}; a channel without topics carries all. */
    default boolean carries(TopicTemplate topic) {
        return true;
    }

    /**
     * The cursor of the newest signal that the reader says it has heard, checked when the channel was opened: if it is
     * that of the feed's head, no greeting is due.
     */
    default Optional<Cursor> lastHeard() {
        return Optional.empty();
    }

    /**
     * Sends one signal, now or at the end of the bridge's turn. Never blocks, never throws, queues nothing beyond it.
     * The stage completes with what became of the signal, or exceptionally if sending it failed; what is chained to the
     * stage must not block.
     */
    CompletionStage<Handover> send(SignalMessage message);
}
