package io.bellwire.net;

/** Is told what goes over HTTP, for figures. Must not block; thread-safe. */
public interface HttpMeter {
    /** Hears nothing. */
    HttpMeter NONE = new HttpMeter() {};

    /** A request goes out, of so many bytes with its headers. */
    default void sent(long bytes) {}

    /** An answer has come, of so many bytes with its headers. */
    default void received(int status, long bytes) {}
}
