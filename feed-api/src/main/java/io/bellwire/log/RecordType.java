package io.bellwire.log;

/**
 * A kind of record that the log keeps beside its events, for a package above it: orders' leases, stored responses,
 * accounts. The log loads the records that a write {@linkplain BatchNeeds#key needs}, and makes those durable that it
 * {@linkplain WriteBatch#put puts}, in the transaction of the write's events; what they mean it does not know. A type
 * is a constant beside the class of its records, and each {@link LogStore} stores it.
 *
 * <p>Example: {@code RecordType<FeedId, StoredAccount> ACCOUNTS = RecordType.kept("accounts")}.
 *
 * @param <K> the keys, with {@code equals} and {@code hashCode}
 * @param <V> the records, immutable
 */
@SuppressWarnings("UnusedTypeParameter") // they are what makes WriteBatch.get and put take the right types
public final class RecordType<K, V> {
    private final String name;
    private final boolean isHint;

    private RecordType(String name, boolean isHint) {
        this.name = name;
        this.isHint = isHint;
    }

    /** A type whose records must survive a crash once their write is acknowledged. */
    public static <K, V> RecordType<K, V> kept(String name) {
        return new RecordType<>(name, false);
    }

    /** A type of hints: a crash may take the last of them, so that no write waits for the disk because of them. */
    public static <K, V> RecordType<K, V> ofHints(String name) {
        return new RecordType<>(name, true);
    }

    boolean isHint() {
        return isHint;
    }

    /** Its name. */
    @Override
    public String toString() {
        return name;
    }
}
