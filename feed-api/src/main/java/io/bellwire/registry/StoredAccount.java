package io.bellwire.registry;

import io.bellwire.group.GroupMembers;
import io.bellwire.log.BatchNeeds;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedNumber;
import io.bellwire.log.Revision;
import io.bellwire.log.WriteBatch;
import java.util.Optional;

/**
 * An account: a device, a partner or an operator, with a feed and a secret. Immutable by agreement.
 *
 * @param id the name of its feed, which is also the account's
 * @param feedNumber the number of its feed
 * @param secretDigest SHA-256 of its secret
 * @param createdMillis when it was first registered, milliseconds since 1970
 * @param disabled whether its secret is refused
 * @param since for a device, the revision of {@link FeedId#ALL_DEVICES} after which events to all devices are for it
 *     too
 * @param old the secret before, which may have ended meanwhile
 * @param role an operator's; empty for the others
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record StoredAccount(
        FeedId id,
        FeedNumber feedNumber,
        byte[] secretDigest,
        long createdMillis,
        boolean disabled,
        Revision since,
        Optional<OldSecret> old,
        Optional<Role> role) {
    /** A device or partner that has no old secret. */
    public StoredAccount(
            FeedId id,
            FeedNumber feedNumber,
            byte[] secretDigest,
            long createdMillis,
            boolean disabled,
            Revision since) {
        this(id, feedNumber, secretDigest, createdMillis, disabled, since, Optional.empty(), Optional.empty());
    }

    /** The same with another secret; the one before ends at {@code oldUntilMillis}, and those before it at once. */
    public StoredAccount withSecret(byte[] digest, long oldUntilMillis) {
        return with(digest, Optional.of(new OldSecret(Secret.ofDigest(secretDigest), oldUntilMillis)), disabled, since);
    }

    /** The same with another secret; the ones before end at once. */
    public StoredAccount withSecret(byte[] digest) {
        return with(digest, Optional.empty(), disabled, since);
    }

    /** The same with this old secret. */
    public StoredAccount withOldSecret(OldSecret oldSecret) {
        return with(secretDigest, Optional.of(oldSecret), disabled, since);
    }

    /** The same without an old secret. */
    public StoredAccount withoutOldSecret() {
        return with(secretDigest, Optional.empty(), disabled, since);
    }

    /** The same, disabled. */
    public StoredAccount disable() {
        return with(secretDigest, Optional.empty(), true, since);
    }

    /** The same, enabled with another secret, for events to all devices after {@code revision}. */
    public StoredAccount enable(byte[] digest, Revision revision) {
        return with(digest, Optional.empty(), false, revision);
    }

    /** The same operator with another role. */
    public StoredAccount withRole(Role newRole) {
        return new StoredAccount(
                id, feedNumber, secretDigest, createdMillis, disabled, since, old, Optional.of(newRole));
    }

    /** The same device, for events to all devices after {@code revision}. */
    public StoredAccount withSince(Revision revision) {
        return with(secretDigest, old, disabled, revision);
    }

    private StoredAccount with(byte[] digest, Optional<OldSecret> oldSecret, boolean isDisabled, Revision newSince) {
        return new StoredAccount(id, feedNumber, digest, createdMillis, isDisabled, newSince, oldSecret, role);
    }

    /** Adds what {@link #putInto} reads of the group of all devices. */
    public static void declareMembership(BatchNeeds needs, Feed allDevices) {
        needs.feed(allDevices);
        GroupMembers.declareState(needs, allDevices);
    }

    /**
     * Puts the account in place of an earlier one. If that enables or disables a device, the members of {@link
     * FeedId#ALL_DEVICES} have changed.
     *
     * @param allDevices the feed of that group; empty for an account of a partner or operator
     */
    public void putInto(WriteBatch batch, Optional<Feed> allDevices) {
        StoredAccount before = batch.get(AccountStore.ACCOUNTS, id);
        if (isEnabledDevice() != (before != null && before.isEnabledDevice())) {
            new GroupMembers(batch).membersChanged(allDevices.orElseThrow());
        }
        batch.put(AccountStore.ACCOUNTS, id, this);
    }

    private boolean isEnabledDevice() {
        return !disabled && id.device().isPresent();
    }
}
