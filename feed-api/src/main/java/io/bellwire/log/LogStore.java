package io.bellwire.log;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The storage of the log: feeds, events, and the records of {@link RecordType}s. What reads records beside a write is
 * an interface of the package that they belong to, such as {@code order.OrderStore}. Every method blocks; failures of
 * the medium are {@link java.io.UncheckedIOException}. Implementations are thread-safe and pass one contract test
 * suite.
 */
public interface LogStore extends AutoCloseable {
    /** The epoch of this log. */
    Epoch epoch();

    /** Those of the feeds that exist. */
    List<Feed> feeds(Collection<FeedId> ids);

    /**
     * Commits one batch in one transaction: reads what it needs, including what earlier batches wrote, has it decided,
     * and writes the decision. The batch is durable when this returns it, and must not be acknowledged before. {@code
     * decide} may be called more than once. After an exception readers see nothing of the batch: it was not committed,
     * or, after a {@link CommitInDoubtException}, it may or may not be. If the medium could not be forced to keep a
     * batch, every later commit fails.
     */
    WriteBatch commit(BatchNeeds needs, Function<BatchInput, WriteBatch> decide);

    /**
     * Reads up to {@code limit} changes of the feed after {@code revision} and not past {@code head}, as many as {@code
     * bytesMax} holds but at least one. If retention has removed the first of them, the list begins later or is empty:
     * the caller compares its first revision with {@code revision + 1}, as {@code FeedReader} does. Example: {@code
     * read(feed, 17, 20, 100, 1 << 20)} gives 18, 19 and 20 if all are kept.
     */
    List<Change> read(Feed feed, Revision revision, Revision head, int limit, long bytesMax);

    /** When these changes were committed, milliseconds since 1970; changes that do not exist are left out. */
    Map<Feed, Long> timesOf(Map<Feed, Revision> revisions);

    /**
     * For how long retention still keeps these changes at least, in milliseconds; 0 for a change that it has deleted. A
     * change that retention does not delete as the feed is now, because no change follows it, is left out.
     *
     * @param nowMillis the time now, milliseconds since 1970
     * @param kept how long changes must be kept, as for {@link #expire}
     */
    Map<Feed, Long> keptMillis(Map<Feed, Revision> revisions, long nowMillis, Duration kept);

    /** The event with this number; empty if there is none, or retention has deleted it. */
    Optional<Event> event(EventNumber eventNumber);

    /** Is notified of what retention has deleted. */
    interface RetentionListener {
        /** The changes of the feed with the number {@code feedNumber} up to {@code earliest} are no longer kept. */
        void deletedUpTo(FeedNumber feedNumber, Position earliest);
    }

    /**
     * Deletes what is older than it must be kept, in steps that block other work only briefly: changes, but never the
     * newest of a feed; events that no feed and no record needs; stored responses. A store may keep more until it can
     * delete a larger part at once.
     *
     * @param nowMillis the time now, milliseconds since 1970
     * @param kept how long changes must be kept
     * @param responsesKept how long stored responses must be kept
     * @return how many events it has deleted
     */
    long expire(long nowMillis, Duration kept, Duration responsesKept, RetentionListener listener);

    /** Why nothing can be written any more; empty as long as the store can write. Never blocks. */
    default Optional<String> problem() {
        return Optional.empty();
    }

    @Override
    void close();
}
