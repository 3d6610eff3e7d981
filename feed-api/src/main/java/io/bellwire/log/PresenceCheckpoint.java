package io.bellwire.log;

/**
 * Until when the server is known to have run. Immutable.
 *
 * @param untilMillis milliseconds since 1970
 * @param revision the revision of {@link FeedId#OPERATIONS} up to which the saved {@link LastSeen} records include its
 *     events
 */
public record PresenceCheckpoint(long untilMillis, Revision revision) {}
