package io.bellwire.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.FeedId;
import io.bellwire.webhook.ChangedBy;
import io.bellwire.webhook.DisabledReason;
import io.bellwire.webhook.EndpointChange;
import io.bellwire.webhook.EndpointEditor;
import io.bellwire.webhook.EndpointEvent;
import io.bellwire.webhook.EndpointId;
import io.bellwire.webhook.EndpointNotice;
import io.bellwire.webhook.EndpointSettings;
import io.bellwire.webhook.WebhookEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What contacts are told of an endpoint, and which contacts. */
class EndpointMailsTest {
    private static final EndpointId MAIN = new EndpointId(FeedId.ofPartner("bakery"), "main");
    private static final String FIRST = "https://bakery.example/hook?key=confidential";
    private static final String SECOND = "https://other.example:8443/hook/confidential";
    private static final String OLD = "old@bakery.example";
    private static final String NEW = "new@bakery.example";

    private final List<Mail> mails = new ArrayList<>();
    private final EndpointMails contacts = new EndpointMails(new Alerts() {
        @Override
        public void mail(List<String> recipients, Alert alert) {
            mails.add(new Mail(recipients, alert));
        }

        @Override
        public void mailOperators(Alert alert) {
            throw new AssertionError("operators are told by escalations");
        }

        @Override
        public void page(Alert alert) {
            throw new AssertionError("the pager is called by escalations");
        }
    });

    private record Mail(List<String> recipients, Alert alert) {
        String text() {
            return alert.subject() + "\n" + String.join("\n", alert.lines());
        }
    }

    private static EndpointEditor at(long millis) {
        return new EndpointEditor(millis, millis, 0);
    }

    private static EndpointSettings withContacts(String... contacts) {
        EndpointSettings settings = EndpointSettings.DEFAULT;
        return new EndpointSettings(
                settings.types(),
                settings.payload(),
                settings.ordering(),
                settings.limits(),
                settings.signatures(),
                settings.headers(),
                List.of(contacts),
                settings.isAcknowledging());
    }

    private static WebhookEndpoint confirmed(String... contacts) {
        WebhookEndpoint created = at(0).create(MAIN, withContacts(contacts), FIRST, "c1", "s1")
                .after()
                .orElseThrow();
        return at(1).confirm(created, "c1").orElseThrow().after().orElseThrow();
    }

    private static WebhookEndpoint replacing(WebhookEndpoint endpoint, String url) {
        return at(2).withUrl(endpoint, url, "next").after().orElseThrow();
    }

    private static WebhookEndpoint confirmed(WebhookEndpoint pending) {
        return at(2).confirm(pending, "next").orElseThrow().after().orElseThrow();
    }

    private Mail mailOf(WebhookEndpoint before, EndpointChange change, ChangedBy by) {
        mails.clear();
        contacts.accept(new EndpointNotice(Optional.of(before), change.after(), change.news(), by));
        assertEquals(1, mails.size(), change::toString);
        return mails.get(0);
    }

    @Test
    void changeOfContactsIsToldToThoseBeforeAndThoseAfter() {
        WebhookEndpoint before = confirmed(OLD, "both@bakery.example");

        Mail mail =
                mailOf(before, at(2).withSettings(before, withContacts("both@bakery.example", NEW)), ChangedBy.PARTNER);

        assertEquals(List.of(OLD, "both@bakery.example", NEW), mail.recipients());
        assertEquals("partners/bakery", mail.alert().key());
        assertTrue(mail.text().contains("By: the partner"), mail.text());
    }

    @Test
    void newUrlIsToldByItsOriginWithTheWayBack() {
        WebhookEndpoint before = confirmed(OLD);
        EndpointChange set = at(2).withUrl(before, SECOND, "c2");
        Mail pending = mailOf(before, set, ChangedBy.OPERATOR);
        EndpointChange used = at(3).confirm(set.after().orElseThrow(), "c2").orElseThrow();
        Mail confirmed = mailOf(set.after().orElseThrow(), used, ChangedBy.SERVER);

        for (Mail mail : List.of(pending, confirmed)) {
            assertTrue(mail.text().contains("https://other.example:8443"), mail.text());
            assertTrue(mail.text().contains("POST /v1/partners/bakery/endpoints/main/take-back"), mail.text());
            assertFalse(mail.text().contains("confidential"), mail.text());
        }
        assertTrue(pending.text().contains("By: an operator"), pending.text());
        assertTrue(confirmed.text().contains("within 24 hours"), confirmed.text());
        assertTrue(confirmed.text().contains("the one at https://bakery.example again"), confirmed.text());
    }

    @Test
    void firstUrlAndTheOriginalOneHaveNoWayBack() {
        WebhookEndpoint created =
                at(0).create(MAIN, withContacts(OLD), FIRST, "c1", "s1").after().orElseThrow();
        Mail first = mailOf(created, at(1).confirm(created, "c1").orElseThrow(), ChangedBy.SERVER);
        WebhookEndpoint replaced = confirmed(replacing(confirmed(OLD), SECOND));
        WebhookEndpoint pending = replacing(replaced, FIRST);
        Mail original = mailOf(pending, at(3).confirm(pending, "next").orElseThrow(), ChangedBy.SERVER);

        assertTrue(first.text().contains("It is the first URL of the endpoint."), first.text());
        assertTrue(original.text().contains("nothing is left to take back"), original.text());
        assertFalse(original.text().contains("take-back"), original.text());
    }

    @Test
    void hijackThatChangesContactsAndUrlAtOnceIsToldToTheOwner() {
        WebhookEndpoint before = confirmed(OLD);
        EndpointChange contactsOnly = at(2).withSettings(before, withContacts(NEW));
        EndpointChange hijack = EndpointEditor.both(
                contactsOnly, at(2).withUrl(contactsOnly.after().orElseThrow(), SECOND, "c2"));

        Mail mail = mailOf(before, hijack, ChangedBy.PARTNER);

        assertEquals(List.of(OLD, NEW), mail.recipients());
        assertTrue(mail.text().contains("https://other.example:8443"), mail.text());
    }

    @Test
    void otherNewsAreToldToo() {
        WebhookEndpoint endpoint = confirmed(OLD);
        EndpointChange rotated = at(2).rotate(endpoint, "s2", Duration.ofHours(2));
        assertTrue(mailOf(endpoint, rotated, ChangedBy.PARTNER).text().contains("new secret"));
        EndpointChange warned = at(2 + Duration.ofHours(1).toMillis())
                .warnOfOldKeys(rotated.after().orElseThrow())
                .orElseThrow();
        assertTrue(mailOf(endpoint, warned, ChangedBy.SERVER).text().contains("1970-01-01T02:00:00.002Z"));
        EndpointChange disabled = at(2).disable(endpoint, DisabledReason.GONE).orElseThrow();
        assertTrue(mailOf(endpoint, disabled, ChangedBy.SERVER).text().contains("(gone)"));
        assertEquals(
                List.of(OLD),
                mailOf(endpoint, at(2).remove(endpoint), ChangedBy.PARTNER).recipients());
        EndpointEvent missed = EndpointEvent.forOperations(MAIN, "missed")
                .with("from_revision", 3L)
                .with("to_revision", 9L)
                .with("count", 7L);
        Mail told = mailOf(endpoint, new EndpointChange(Optional.of(endpoint), List.of(missed)), ChangedBy.SERVER);
        assertTrue(told.text().contains("7 changes, revisions 3 to 9"), told.text());
    }

    @Test
    void whatIsNotForContactsIsNotMailed() {
        WebhookEndpoint endpoint = confirmed(OLD);
        WebhookEndpoint unheard = confirmed();
        contacts.accept(new EndpointNotice(
                Optional.of(endpoint),
                Optional.of(endpoint),
                List.of(EndpointEvent.forOperations(MAIN, "failing")),
                ChangedBy.SERVER));
        contacts.accept(new EndpointNotice(
                Optional.of(unheard), Optional.empty(), at(2).remove(unheard).news(), ChangedBy.PARTNER));
        EndpointChange nothing = at(2).withSettings(endpoint, withContacts(OLD));
        contacts.accept(new EndpointNotice(Optional.of(endpoint), nothing.after(), nothing.news(), ChangedBy.PARTNER));

        assertEquals(List.of(), mails);
    }
}
