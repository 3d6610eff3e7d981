package io.bellwire.http;

/**
 * Where the HTTP server listens, and how much it holds open. Immutable; the constructor throws {@link
 * IllegalArgumentException} that names the option.
 *
 * @param host address to listen on
 * @param port 0 to 65535; 0 takes a free one
 * @param connectionsMax connections at once
 * @param waitersMax long polls that wait at once
 * @param streams limits of the streams of signals
 * @param callers how much callers may make the server hold
 * @param secrets how secrets are rotated, and what operators may do only with a second factor
 */
public record HttpOptions(
        String host,
        int port,
        int connectionsMax,
        int waitersMax,
        StreamOptions streams,
        CallerLimits callers,
        SecretRules secrets) {
    private static final int PORT_MAX = 65_535;

    public HttpOptions {
        if (port < 0 || port > PORT_MAX) {
            throw new IllegalArgumentException("HTTP port must be 0 to " + PORT_MAX + ", is " + port);
        }
        if (connectionsMax < 1) {
            throw new IllegalArgumentException("HTTP connections must be at least 1, is " + connectionsMax);
        }
        if (waitersMax < 0) {
            throw new IllegalArgumentException("waiting long polls must not be negative, is " + waitersMax);
        }
        if (streams.heartbeat().compareTo(callers.connections().idleTimeout()) >= 0) {
            throw new IllegalArgumentException("the heartbeat of streams, " + streams.heartbeat()
                    + ", must be shorter than the idle timeout of connections, "
                    + callers.connections().idleTimeout());
        }
        if (host.isBlank()) {
            throw new IllegalArgumentException("host must not be empty");
        }
    }
}
