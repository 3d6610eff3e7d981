package io.bellwire.log;

/**
 * A device or a partner: whoever has a feed and a secret. Immutable by agreement.
 *
 * @param id the name of its feed, which names the account too
 * @param feedNo the number of its feed
 * @param secretDigest SHA-256 of its secret
 * @param createdMillis when it was registered first, milliseconds since 1970
 * @param disabled whether nobody may act as it
 * @param since of a device, the revision of {@link FeedId#ALL_DEVICES} after which events to all devices are for it too
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record StoredAccount(
        FeedId id, int feedNo, byte[] secretDigest, long createdMillis, boolean disabled, long since) {
    /** The same with another secret. */
    public StoredAccount withSecret(byte[] digest) {
        return new StoredAccount(id, feedNo, digest, createdMillis, disabled, since);
    }

    /** The same, which nobody may act as. */
    public StoredAccount disable() {
        return new StoredAccount(id, feedNo, secretDigest, createdMillis, true, since);
    }

    /** The same, enabled with another secret, for the events to all devices after {@code revision}. */
    public StoredAccount enable(byte[] digest, long revision) {
        return new StoredAccount(id, feedNo, digest, createdMillis, false, revision);
    }

    /** Whether events to all devices are for it. */
    boolean isEnabledDevice() {
        return !disabled && id.device().isPresent();
    }
}
