package io.bellwire.device.net;

/** Is notified of the bytes of HTTP requests and responses, for figures. Must not block; thread-safe. */
public interface HttpMeter {
    /** Ignores everything. */
    HttpMeter NONE = new HttpMeter() {};

    /** A request is sent, of so many bytes with its headers. */
    default void sent(long bytes) {}

    /** A response has arrived, of so many bytes with its headers. */
    default void received(int status, long bytes) {}
}
