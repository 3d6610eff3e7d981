package io.bellwire.delivery;

import io.bellwire.webhook.DisabledReason;
import org.jspecify.annotations.Nullable;

/** Whether what an endpoint has answered disables it, and whether that is written. Not thread-safe. */
final class Disabling {
    private @Nullable DisabledReason reason;
    private boolean isWritten;

    void decide(DisabledReason why) {
        reason = why;
    }

    void reset() {
        reason = null;
        isWritten = false;
    }

    boolean isDecided() {
        return reason != null;
    }

    /** Why the endpoint is to be disabled, which is not written yet; null if it is not. */
    @Nullable DisabledReason toWrite() {
        return isWritten ? null : reason;
    }

    /** That it is disabled was written. */
    void written() {
        isWritten = true;
    }
}
