package io.bellwire.log;

/**
 * When a device was last seen, as of the last time that this was saved. Immutable.
 *
 * @param id the name of the device's feed
 * @param lastSeenMillis milliseconds since 1970
 * @param doorbell what it was connected by
 * @param isConnected whether the feed of operations says, up to the revision of the {@link PresenceCheckpoint}, that it is connected
 */
public record LastSeen(FeedId id, long lastSeenMillis, String doorbell, boolean isConnected) {}
