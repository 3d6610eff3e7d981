package io.bellwire.escalation;

import io.bellwire.alert.Alert;
import io.bellwire.alert.Alerts;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps messages as {@code CONTACTS partners/acme: subject}. Thread-safe. */
public final class RecordedAlerts implements Alerts {
    private final List<String> sent = new CopyOnWriteArrayList<>();

    @Override
    public void mail(List<String> recipients, Alert alert) {
        sent.add(recipients + " " + alert.subject());
    }

    @Override
    public void mailOperators(Alert alert) {
        sent.add("operators " + alert.subject());
    }

    @Override
    public void page(Alert alert) {
        sent.add("pager " + alert.subject());
    }

    /** What was sent. */
    public List<String> sent() {
        return sent;
    }
}
