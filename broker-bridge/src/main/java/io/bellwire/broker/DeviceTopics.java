package io.bellwire.broker;

import io.bellwire.registry.DeviceId;
import java.util.Set;

/**
 * Says which topics devices may subscribe to. Asked on event loops for each SUBSCRIBE and UNSUBSCRIBE: answers at once.
 * Thread-safe.
 */
public interface DeviceTopics {
    /** Each device its {@link SignalTopic} and nothing else. */
    DeviceTopics SIGNALS_ALONE = device -> Set.of(SignalTopic.of(device));

    /** The topics of {@code device}, each of them its own. */
    Set<String> of(DeviceId device);
}
