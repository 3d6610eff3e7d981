package io.bellwire.log;

/** The log is closing: nothing was written. */
public final class LogClosingException extends IllegalStateException {
    LogClosingException() {
        super("the log is closing");
    }
}
