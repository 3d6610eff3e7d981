package io.bellwire.registry;

/**
 * A secret that was replaced by a new one, and is valid beside it for a time. Immutable.
 *
 * @param untilMillis when it ends, by the clock of {@link io.bellwire.log.WriteBatch#steadyMillis}
 */
public record OldSecret(Secret secret, long untilMillis) {
    boolean isValidAt(long steadyMillis) {
        return steadyMillis < untilMillis;
    }
}
