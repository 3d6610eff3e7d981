package io.bellwire;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.Extension;

/**
 * Lets each Awaitility wait of this module last up to a minute, because a busy machine is slow. A wait ends at once
 * when its condition holds.
 */
public final class SimulatorWaits implements Extension {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    /** JUnit finds and constructs it, see junit-platform.properties. */
    public SimulatorWaits() {
        Awaitility.setDefaultTimeout(TIMEOUT);
    }
}
