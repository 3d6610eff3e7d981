package io.bellwire.alert;

import java.util.List;

/** Sends messages to people. Thread-safe; methods never block and never throw. */
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

    /** Sends an e-mail to each of the addresses. */
    void mail(List<String> recipients, Alert alert);

    /** Sends an e-mail to the operators. */
    void mailOperators(Alert alert);

    /** Calls the operators' pager. */
    void page(Alert alert);
}
