package io.bellwire.escalation;

import io.bellwire.alert.Alert;
import io.bellwire.escalation.EscalationChange.Kind;
import io.bellwire.log.FeedId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells people of a change once it is durable, and logs it. Belongs to the loop. */
final class EscalationMessages {
    private static final Logger LOG = LoggerFactory.getLogger(EscalationLoop.class);

    private final EscalationPorts ports;

    EscalationMessages(EscalationPorts ports) {
        this.ports = ports;
    }

    /** @param wasTold whether the last that people were told is that there is a problem */
    void send(FeedId feed, EscalationChange change, boolean wasTold, @Nullable EscalationRule rule) {
        if (change.kind() == Kind.FORGOTTEN) {
            return;
        }
        LOG.warn(
                "{}: {}: {} ({} of escalation {} after {}; told: {})",
                feed,
                change.kind(),
                change.after().problem(),
                rule == null
                        ? "a step"
                        : "step " + rule.stepsUpTo(change.after().takenMillis()),
                rule == null ? "that is gone" : rule.name(),
                EscalationNews.text(Duration.ofMillis(change.after().lastedMillis())),
                change.audience());
        boolean isMessage = change.kind() == Kind.STEP
                || change.kind() == Kind.TOLD_AGAIN
                || (change.kind() == Kind.UNDONE && wasTold);
        if (isMessage) {
            send(feed, change.audience(), EscalationNews.alert(feed, change, rule));
        }
    }

    private void send(FeedId feed, Set<Audience> audience, Alert alert) {
        if (audience.contains(Audience.CONTACTS)) {
            List<String> contacts = ports.contacts().apply(feed);
            if (!contacts.isEmpty()) {
                ports.alerts().mail(contacts, alert);
            }
        }
        if (audience.contains(Audience.OPERATORS)) {
            ports.alerts().mailOperators(alert);
        }
        if (audience.contains(Audience.PAGER)) {
            ports.alerts().page(alert);
        }
    }
}
