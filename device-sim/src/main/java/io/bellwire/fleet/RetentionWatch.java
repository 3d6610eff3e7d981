package io.bellwire.fleet;

import io.bellwire.device.DeviceCursor;
import io.bellwire.device.FetchResult;
import io.bellwire.device.net.DeviceFeed;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Measures how soon after an up-to-date answer a device's cursor is refused with a reset. The server keeps all changes
 * after that answer for the retention time, so a shorter time breaks the contract. Thread-safe.
 */
final class RetentionWatch {
    private static final long NEVER = Long.MIN_VALUE;

    private final LongSupplier nanos;
    private volatile long upToDateNanos = NEVER;
    private volatile long shortestNanos = Long.MAX_VALUE;

    RetentionWatch(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** The shortest time so far; {@link Long#MAX_VALUE} if the device was never reset. */
    long shortestNanos() {
        return shortestNanos;
    }

    /** Wraps the device's feed, to see its answers. */
    DeviceFeed wrap(DeviceFeed feed) {
        return new Watched(feed);
    }

    private synchronized void answered(long askedNanos, FetchResult answer) {
        if (answer instanceof FetchResult.Page page && page.upToDate()) {
            upToDateNanos = askedNanos;
        } else if (answer instanceof FetchResult.Reset && upToDateNanos != NEVER) {
            shortestNanos = Math.min(shortestNanos, nanos.getAsLong() - upToDateNanos);
            upToDateNanos = NEVER;
        }
    }

    private final class Watched extends ForwardingFeed {
        private Watched(DeviceFeed feed) {
            super(feed);
        }

        @Override
        public CompletionStage<FetchResult> fetchPage(@Nullable DeviceCursor after, long waitMillis) {
            long sentNanos = nanos.getAsLong();
            return super.fetchPage(after, waitMillis).thenApply(answer -> {
                answered(sentNanos, answer);
                return answer;
            });
        }
    }
}
