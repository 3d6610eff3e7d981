package io.bellwire.presence;

import io.bellwire.log.FeedId;

/**
 * When a device was last seen, as last saved. Immutable.
 *
 * @param id the name of the device's feed
 * @param lastSeenMillis milliseconds since 1970
 * @param doorbell the doorbell that it used
 * @param isConnected whether it is connected according to the feed of operations, up to the revision of the {@link
 *     PresenceCheckpoint}
 */
public record LastSeen(FeedId id, long lastSeenMillis, String doorbell, boolean isConnected) {}
