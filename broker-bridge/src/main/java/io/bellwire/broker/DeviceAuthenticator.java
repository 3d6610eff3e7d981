package io.bellwire.broker;

import io.bellwire.log.DeviceId;
import java.util.concurrent.CompletionStage;

/** Checks the secrets of devices. Thread-safe. */
@FunctionalInterface
public interface DeviceAuthenticator {
    /**
     * Returns whether the secret is the device's. Called on a broker thread, so it must not block. If the stage
     * fails, the broker answers that it is unavailable; if it never completes, the connection closes at the connect
     * timeout. Neither affects other connections.
     *
     * @param secret what the device sent as its password
     */
    CompletionStage<Boolean> authenticate(DeviceId device, byte[] secret);
}
