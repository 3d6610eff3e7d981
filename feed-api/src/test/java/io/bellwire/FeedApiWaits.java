package io.bellwire;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.Extension;

/** Has each test of this module wait for longer than a busy machine makes it: a wait that is fulfilled ends at once. */
public final class FeedApiWaits implements Extension {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    /** Found and made by JUnit, see junit-platform.properties. */
    public FeedApiWaits() {
        Awaitility.setDefaultTimeout(LONGEST);
    }
}
