package io.bellwire.world;

import java.util.SplittableRandom;

/**
 * The secrets of a device, and what is known of them. The device goes on with an old one until somebody brings it the
 * new one; now and then it sends the other one. Times are those of {@link WorldClock#processMillis}. One thread.
 */
final class WorldSecret {
    private static final double OTHER_SENT = 0.05;

    private final SplittableRandom random;
    private String current = "none yet";
    private String old = current;
    private String inUse = current;
    private long oldUntilMillis = Long.MIN_VALUE;
    private boolean isKnown;
    private boolean hasEnded;

    WorldSecret(SplittableRandom random) {
        this.random = random;
    }

    /** The server has acknowledged this secret, and ended the one before; the device has it. */
    void use(String secret) {
        replace(secret, Long.MIN_VALUE);
        bringNew();
    }

    /** The server has acknowledged this secret; the one before, which the device still uses, is valid for a time. */
    void replace(String secret, long untilMillis) {
        old = current;
        current = secret;
        oldUntilMillis = untilMillis;
        isKnown = true;
        hasEnded = false;
    }

    /** Somebody brings the device its newest secret. */
    void bringNew() {
        inUse = current;
    }

    /** A change is under way: until it is acknowledged, the secret may admit the device or not. */
    void forget() {
        isKnown = false;
    }

    /** The server has acknowledged that the device is disabled. */
    void end() {
        hasEnded = true;
    }

    /** Whether the device has a secret that the server has acknowledged. */
    boolean isKnown() {
        return isKnown;
    }

    /** The secret that the device sends this time. */
    String draw() {
        String other = inUse.equals(current) ? old : current;
        return random.nextDouble() < OTHER_SENT ? other : inUse;
    }

    /** Whether the server may admit the device with this secret. */
    boolean mayAdmit(String secret, long nowMillis) {
        return !hasEnded && (!isKnown || isGood(secret, nowMillis));
    }

    /** Whether the server must admit the device with this secret. */
    boolean mustAdmit(String secret, long nowMillis) {
        return !hasEnded && isKnown && isGood(secret, nowMillis);
    }

    private boolean isGood(String secret, long nowMillis) {
        return secret.equals(current) || (secret.equals(old) && nowMillis < oldUntilMillis);
    }
}
