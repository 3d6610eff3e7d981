package io.bellwire.delivery;

import io.bellwire.log.Change;
import io.bellwire.log.Epoch;
import io.bellwire.webhook.CallLimits;
import io.bellwire.webhook.CallOrdering;
import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.WebhookEndpoint;
import java.util.List;

/** Makes deliveries of changes that an endpoint has not looked at. */
final class ChangeScan {
    private final WebhookEndpoint endpoint;
    private final TypeFilter filter;
    private final DeliveryWindow window;

    ChangeScan(WebhookEndpoint endpoint, TypeFilter filter, DeliveryWindow window) {
        this.endpoint = endpoint;
        this.filter = filter;
        this.window = window;
    }

    /**
     * Adds deliveries of these changes to the window, which they continue, and which has room for them: no more were
     * loaded.
     *
     * @param wanted how many deliveries to add at most
     */
    void run(List<Change> changes, Epoch epoch, int wanted) {
        int at = 0;
        for (int added = 0; at < changes.size() && added < wanted; ) {
            Change change = changes.get(at);
            if (filter.matches(change)) {
                int size = batchSize(changes.subList(at, changes.size()), epoch);
                add(change, changes.get(at + size - 1));
                at += size;
                added++;
            } else {
                window.skipTo(change.revision().value());
                at++;
            }
        }
    }

    private void add(Change first, Change last) {
        // the others do not ask what a change is about
        boolean needsSubject = endpoint.settings().ordering() == CallOrdering.ORDER;
        window.add(new PendingDelivery(
                first.revision().value(),
                last.revision().value(),
                needsSubject ? ChangeAttributes.subject(first.event()) : "",
                first.event().atMillis()));
    }

    /** How many of the changes, unwanted ones between them included, make one call; the first one is wanted. */
    private int batchSize(List<Change> changes, Epoch epoch) {
        CallLimits limits = endpoint.settings().limits();
        if (endpoint.settings().ordering() != CallOrdering.FEED || limits.batchMax() == 1) {
            return 1;
        }
        CallPayload payload = endpoint.settings().payload();
        int size = 0;
        int wanted = 0;
        long bytes = 2;
        for (int i = 0; i < changes.size() && wanted < limits.batchMax(); i++) {
            Change change = changes.get(i);
            if (filter.matches(change)) {
                bytes += CallBody.length(endpoint.id().feed(), epoch, change, payload) + 1;
                if (bytes > limits.bytesMax() && wanted > 0) {
                    break;
                }
                wanted++;
                size = i + 1;
            }
        }
        return size;
    }
}
