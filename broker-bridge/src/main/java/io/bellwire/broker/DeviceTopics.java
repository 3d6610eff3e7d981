package io.bellwire.broker;

import io.bellwire.log.DeviceId;
import java.util.Set;

/**
 * Decides which topics a device may subscribe to. Called on event loops for each SUBSCRIBE and UNSUBSCRIBE, so it
 * must return at once. Thread-safe.
 */
public interface DeviceTopics {
    /** Each device may subscribe to its {@link SignalTopic} only. */
    DeviceTopics SIGNALS_ONLY = device -> Set.of(SignalTopic.of(device));

    /** The topics that {@code device} may subscribe to. */
    Set<String> of(DeviceId device);
}
