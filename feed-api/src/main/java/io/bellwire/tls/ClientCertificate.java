package io.bellwire.tls;

import java.util.Optional;

/**
 * A certificate that a client has shown, and that was verified. Immutable.
 *
 * @param name the device or partner that it names; empty if it names none
 */
public record ClientCertificate(Optional<String> name) {
    /** Whether it names {@code id}. */
    public boolean isOf(String id) {
        return name.filter(id::equals).isPresent();
    }
}
