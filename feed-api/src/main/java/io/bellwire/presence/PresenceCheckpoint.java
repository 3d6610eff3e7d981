package io.bellwire.presence;

import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;

/**
 * Until when the server is known to have run. Immutable.
 *
 * @param untilMillis milliseconds since 1970
 * @param revision the revision of {@link FeedId#OPERATIONS} up to which the saved {@link LastSeen} records include its
 *     events
 */
public record PresenceCheckpoint(long untilMillis, Revision revision) {}
