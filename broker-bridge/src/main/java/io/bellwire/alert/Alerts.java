package io.bellwire.alert;

import java.util.List;

/**
 * Sends alerts to people. Best effort: what cannot be sent is retried, then dropped and counted. Implementations are
 * thread-safe, return at once, and never throw.
 */
public interface Alerts {
    /** Sends nothing. */
    Alerts NONE = new Alerts() {
        @Override
        public void mail(List<String> recipients, Alert alert) {}

        @Override
        public void mailOperators(Alert alert) {}

        @Override
        public void page(Alert alert) {}
    };

    /** Mails the alert to each of these addresses, in a message of its own. */
    void mail(List<String> recipients, Alert alert);

    /** Mails the alert to the operators. */
    void mailOperators(Alert alert);

    /** Calls the operators' pager. */
    void page(Alert alert);
}
