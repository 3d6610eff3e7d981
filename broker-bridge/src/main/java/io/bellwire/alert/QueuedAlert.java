package io.bellwire.alert;

import java.util.Optional;

/**
 * An alert for one recipient that waits to be sent. Immutable.
 *
 * @param recipient an e-mail address, or the pager
 * @param alert empty for a summary of what was held back, which is written when it is sent
 * @param attempts how often it was tried
 * @param dueMillis before this it is not tried
 * @param acceptedMillis when it was accepted, milliseconds since 1970
 */
record QueuedAlert(String recipient, Optional<Alert> alert, int attempts, long dueMillis, long acceptedMillis) {
    /** What it is about; summaries have the empty text. */
    String key() {
        return alert.map(Alert::key).orElse("");
    }

    QueuedAlert with(Alert written) {
        return new QueuedAlert(recipient, Optional.of(written), attempts, dueMillis, acceptedMillis);
    }

    QueuedAlert triedAndDueAt(long millis) {
        return new QueuedAlert(recipient, alert, attempts + 1, millis, acceptedMillis);
    }
}
