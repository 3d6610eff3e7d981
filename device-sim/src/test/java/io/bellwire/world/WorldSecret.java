package io.bellwire.world;

import java.util.SplittableRandom;

/** The secret of a device, and what is known of it. Now and then the device sends an old one. One thread. */
final class WorldSecret {
    private static final double OLD_SENT = 0.05;

    private final SplittableRandom random;
    private String current = "none yet";
    private String old = current;
    private boolean isKnown;
    private boolean hasEnded;

    WorldSecret(SplittableRandom random) {
        this.random = random;
    }

    /** The server has acknowledged this secret. */
    void use(String secret) {
        old = current;
        current = secret;
        isKnown = true;
        hasEnded = false;
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
        return random.nextDouble() < OLD_SENT ? old : current;
    }

    /** Whether the server may admit the device with this secret. */
    boolean mayAdmit(String secret) {
        return !hasEnded && (!isKnown || secret.equals(current));
    }
}
