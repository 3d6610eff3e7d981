package io.bellwire.alert;

/** One way in which alerts leave the server. */
@FunctionalInterface
interface AlertTransport {
    /**
     * Sends the alert. Blocks, for a bounded time.
     *
     * @param acceptedMillis when the alert was accepted, milliseconds since 1970
     */
    void send(String recipient, Alert alert, long acceptedMillis) throws AlertFailure;
}
