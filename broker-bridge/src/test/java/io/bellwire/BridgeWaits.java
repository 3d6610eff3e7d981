package io.bellwire;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.Extension;

/**
 * Raises Awaitility's timeout for all tests of this module to more than a busy machine needs; a wait ends as soon as
 * its condition holds.
 */
public final class BridgeWaits implements Extension {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    /** Created by JUnit, see META-INF/services. */
    public BridgeWaits() {
        Awaitility.setDefaultTimeout(TIMEOUT);
    }
}
