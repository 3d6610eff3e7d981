package io.bellwire.broker;

import io.bellwire.registry.DeviceId;
import java.util.concurrent.CompletionStage;

/** Tells whether a secret is the device's. Thread-safe. */
@FunctionalInterface
public interface DeviceAuthenticator {
    /**
     * Called on a broker thread, so it must not block. A stage that fails makes the broker answer that it is unavailable,
     * and one that never completes costs the caller its connection after the connect timeout; neither concerns others.
     *
     * @param secret what the device sent as its password
     */
    CompletionStage<Boolean> authenticate(DeviceId device, byte[] secret);
}
