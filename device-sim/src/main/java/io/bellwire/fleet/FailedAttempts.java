package io.bellwire.fleet;

/** Is notified of requests that failed and are repeated. Thread-safe. */
public interface FailedAttempts {
    /** Ignores all notifications. */
    FailedAttempts IGNORED = (request, fromNanos, toNanos, why) -> {};

    /**
     * One attempt has failed.
     *
     * @param request method and path
     * @param fromNanos when it was sent
     * @param toNanos when it had failed
     */
    void failed(String request, long fromNanos, long toNanos, String why);
}
