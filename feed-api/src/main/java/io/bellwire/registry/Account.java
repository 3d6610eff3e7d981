package io.bellwire.registry;

import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import java.time.Instant;
import java.util.Optional;

/**
 * A registered device, partner or operator, with its feed and its secrets, as it was when it was looked up. Immutable,
 * except for its feed.
 *
 * @param old the secret before, if it was still valid
 * @param role an operator's; empty for the others
 */
public record Account(
        Feed feed, Secret secret, Optional<OldSecret> old, Optional<Role> role, Instant createdAt, boolean disabled) {
    /** The name of its feed, which is also the name of the account. */
    public FeedId id() {
        return feed.id();
    }

    /** Whether the account is enabled, and {@code given} is one of its secrets. */
    public boolean accepts(Secret given) {
        return !disabled
                && (secret.matches(given)
                        || old.filter(before -> before.secret().matches(given)).isPresent());
    }

    /** Whether the account is enabled, and one of its secrets has this {@link Secret#fingerprint}. */
    public boolean acceptsFingerprint(long fingerprint) {
        return !disabled
                && (secret.fingerprint() == fingerprint
                        || old.filter(before -> before.secret().fingerprint() == fingerprint)
                                .isPresent());
    }

    /** The same as it is at {@code steadyMillis}: without an old secret that has ended by then. */
    Account at(long steadyMillis) {
        return old.isEmpty() || old.get().isValidAt(steadyMillis)
                ? this
                : new Account(feed, secret, Optional.empty(), role, createdAt, disabled);
    }
}
