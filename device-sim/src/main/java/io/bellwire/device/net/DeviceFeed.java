package io.bellwire.device.net;

import io.bellwire.device.AckResult;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.FetchResult;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one device to its feed. Calls do not block. A stage always completes normally: an error is a {@code
 * Failed} result. It completes within the request's timeout, to which {@code waitMillis} is added. Thread-safe.
 */
public interface DeviceFeed {
    /**
     * Fetches the changes after {@code after}, from the beginning if null.
     *
     * @param waitMillis how long the server is asked to wait for a change if there is none; 0 to answer at once
     */
    CompletionStage<FetchResult> fetchPage(@Nullable DeviceCursor after, long waitMillis);

    /** Fetches the snapshot's part at {@code next}, the link in the part before; the first part if null. */
    CompletionStage<FetchResult> fetchSnapshot(@Nullable String next);

    /** Acknowledges all changes up to {@code processed}. */
    CompletionStage<AckResult> acknowledge(DeviceCursor processed);

    /** Cancels the fetch of a page that is under way, if there is one: its stage completes soon, with a failure. */
    default void cancelFetch() {}
}
