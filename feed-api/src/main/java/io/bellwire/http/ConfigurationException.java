package io.bellwire.http;

/** The server cannot start as it is configured; the message is one line that names what is wrong. */
public final class ConfigurationException extends RuntimeException {
    public ConfigurationException(String message) {
        super(message);
    }

    public ConfigurationException(String message, Throwable cause) {
        super(message, cause);
    }
}
