package io.bellwire.broker;

import io.bellwire.log.DeviceId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Checks whether devices may log in. Thread-safe. */
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

    /**
     * Returns whether the device, whose certificate has been verified, may log in without a secret. The same conditions
     * apply.
     */
    default CompletionStage<Boolean> isEnabled(DeviceId device) {
        return CompletableFuture.completedFuture(false);
    }
}
