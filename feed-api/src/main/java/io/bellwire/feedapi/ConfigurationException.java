package io.bellwire.feedapi;

/**
 * The server cannot start with its configuration. The message is one line that names the option or file, and what is
 * wrong.
 */
public final class ConfigurationException extends RuntimeException {
    public ConfigurationException(String message) {
        super(message);
    }

    public ConfigurationException(String message, Throwable cause) {
        super(message, cause);
    }
}
