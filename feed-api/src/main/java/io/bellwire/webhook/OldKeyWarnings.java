package io.bellwire.webhook;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Endpoints whose old keys end, and whose partners have still to be warned. What was told is in the endpoint's document,
 * so a restart does not repeat it. Thread-safe; never blocks.
 */
final class OldKeyWarnings implements EndpointListener {
    private static final int AT_ONCE_MAX = 100;

    private final Map<EndpointId, EndpointKeys.Old> waiting = new ConcurrentHashMap<>();
    private final Set<EndpointId> underWay = ConcurrentHashMap.newKeySet();

    @Override
    public void changed(WebhookEndpoint endpoint) {
        Optional<EndpointKeys.Old> old =
                endpoint.keys().old().filter(keys -> keys.warnsMillis().isPresent());
        if (old.isPresent()) {
            waiting.put(endpoint.id(), old.get());
        } else {
            waiting.remove(endpoint.id());
        }
    }

    @Override
    public void removed(EndpointId id) {
        waiting.remove(id);
    }

    /** Those whose time has come, at most {@value #AT_ONCE_MAX}; not again before {@link #ended}. */
    List<EndpointId> takeDue(long steadyMillis) {
        List<EndpointId> due = new ArrayList<>();
        waiting.forEach((id, old) -> {
            if (steadyMillis >= old.endsMillis()) {
                waiting.remove(id, old); // too late, after a long stop
            } else if (old.warnsMillis().filter(warns -> steadyMillis >= warns).isPresent()
                    && due.size() < AT_ONCE_MAX
                    && underWay.add(id)) {
                due.add(id);
            }
        });
        return due;
    }

    /** The warning was written, or has failed and is due again. */
    void ended(EndpointId id) {
        underWay.remove(id);
    }

    /** How many wait. */
    int size() {
        return waiting.size();
    }
}
