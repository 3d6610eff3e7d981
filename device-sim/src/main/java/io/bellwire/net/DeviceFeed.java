package io.bellwire.net;

import io.bellwire.device.AckResult;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.FetchResult;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One device's view of the server. Calls do not block; the stages complete normally, whatever happens, and soon, or
 * as soon as what was to be waited for is over.
 */
public interface DeviceFeed {
    /**
     * The changes after {@code after}, from the beginning if null.
     *
     * @param waitMillis how long the server shall wait for a change if there is none, 0 to answer at once
     */
    CompletionStage<FetchResult> page(@Nullable DeviceCursor after, long waitMillis);

    /** The part of the snapshot at {@code next}, a link out of the part before; the first part if null. */
    CompletionStage<FetchResult> snapshot(@Nullable String next);

    /** Tells that all up to {@code processed} is done. */
    CompletionStage<AckResult> acknowledge(DeviceCursor processed);

    /** Gives up the read that is under way, if one is: it comes to its end soon, without an answer. */
    default void hangUp() {}
}
