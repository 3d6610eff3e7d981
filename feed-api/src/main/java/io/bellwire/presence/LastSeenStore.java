package io.bellwire.presence;

import io.bellwire.log.FeedId;
import io.bellwire.log.RecordType;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads when devices were last seen; only writes change it. Every method blocks; failures are {@link
 * java.io.UncheckedIOException}. Thread-safe.
 */
public interface LastSeenStore {
    /** By the names of the devices' feeds. */
    RecordType<FeedId, LastSeen> LAST_SEEN = RecordType.ofHints("last seen");

    /** The newest checkpoint, by the name of the feed that it is about: {@link FeedId#OPERATIONS}. */
    RecordType<FeedId, PresenceCheckpoint> CHECKPOINT = RecordType.ofHints("presence checkpoint");

    /** Up to {@code limit} devices that count as connected, in the order of their names, after {@code after}. */
    List<LastSeen> connected(String after, int limit);

    /** Those of the devices that were ever seen. */
    Map<FeedId, LastSeen> of(Collection<FeedId> ids);

    /** The checkpoint that was saved last; empty before the first. */
    Optional<PresenceCheckpoint> presenceCheckpoint();
}
