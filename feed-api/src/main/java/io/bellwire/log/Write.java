package io.bellwire.log;

/**
 * One write: how a package takes part in the log. It says first what it needs to read, so that the log reads for a
 * whole batch in a few queries; then it decides, on the writer's thread, in the order of submission.
 *
 * <p>For example, {@code order.LockOrder} needs the order and its lease, and puts a new lease; {@code CreateFeeds}
 * names its feeds, and decides on those that it gets.
 *
 * @param <T> the caller's result, once the batch is durable
 */
public interface Write<T> {
    /** Adds to {@code needs} what the write reads or changes. */
    void declareNeeds(BatchNeeds needs);

    /** About how many bytes of memory the write takes while it waits. */
    int bytes();

    /**
     * Decides, only from {@code batch} and only into {@code batch}; it may be called again if the batch has to be
     * repeated. Must not block, parse JSON or render it: events are {@link RenderedEvent rendered} before. A refusal is
     * a value, and so is that a write was prepared against something that has changed meanwhile. A throw fails this
     * write and does not affect the other writes of the batch.
     */
    T decide(WriteBatch batch);
}
