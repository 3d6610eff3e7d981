package io.bellwire.device;

/**
 * "Your feed has moved": a hint that may be lost, repeated or late. Immutable.
 *
 * @param epoch the log that it speaks of
 * @param revision the feed's head when it was sent, 0 if the feed was empty
 */
public record Signal(String epoch, long revision) {
    public Signal {
        if (revision < 0) {
            throw new IllegalArgumentException("revision must not be negative, is " + revision);
        }
    }
}
