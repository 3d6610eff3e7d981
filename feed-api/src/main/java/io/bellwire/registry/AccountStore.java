package io.bellwire.registry;

import io.bellwire.log.FeedId;
import io.bellwire.log.RecordType;
import java.util.Collection;
import java.util.List;

/**
 * Reads accounts; only writes change them. Every method blocks; failures are {@link java.io.UncheckedIOException}.
 * Thread-safe.
 */
public interface AccountStore {
    /** Accounts by the names of their feeds. */
    RecordType<FeedId, StoredAccount> ACCOUNTS = RecordType.kept("accounts");

    /** Those of the accounts that exist. */
    List<StoredAccount> find(Collection<FeedId> ids);

    /** The accounts whose secrets have these SHA-256 digests. */
    List<StoredAccount> bySecret(Collection<byte[]> digests);

    /** Up to {@code limit} accounts of devices whose feeds' names come after {@code after}, in the order of the names. */
    List<StoredAccount> devices(String after, int limit);

    /** The same for partners. */
    List<StoredAccount> partners(String after, int limit);

    /** The same for operators. */
    List<StoredAccount> operators(String after, int limit);
}
