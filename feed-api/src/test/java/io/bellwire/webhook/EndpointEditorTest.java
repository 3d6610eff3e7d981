package io.bellwire.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.FeedId;
import io.bellwire.log.Timestamps;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of an endpoint's URLs, keys and state. The wall clock is ten hours ahead of the steady one. */
class EndpointEditorTest {
    private static final EndpointId MAIN = new EndpointId(FeedId.ofPartner("bakery"), "main");
    private static final String FIRST = "https://bakery.example/hook?key=1";
    private static final String SECOND = "https://other.example:8443/hook";
    private static final String THIRD = "https://third.example/";
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private static EndpointEditor at(long steadyMillis) {
        return new EndpointEditor(steadyMillis + 10 * HOUR, steadyMillis, 0);
    }

    private static WebhookEndpoint created() {
        return at(0).create(MAIN, EndpointSettings.DEFAULT, FIRST, "c1", "s1")
                .after()
                .orElseThrow();
    }

    private static WebhookEndpoint confirmed() {
        return at(1).confirm(created(), "c1").orElseThrow().after().orElseThrow();
    }

    private static WebhookEndpoint replaced() {
        return replaced(confirmed(), SECOND, 3);
    }

    /** The endpoint with another URL, which is set and confirmed at this time. */
    private static WebhookEndpoint replaced(WebhookEndpoint endpoint, String url, long steadyMillis) {
        WebhookEndpoint pending =
                at(steadyMillis).withUrl(endpoint, url, "next").after().orElseThrow();
        return at(steadyMillis).confirm(pending, "next").orElseThrow().after().orElseThrow();
    }

    @Test
    void newEndpointIsNotCalledBeforeItsUrlIsConfirmed() {
        assertFalse(created().isCalled());
        assertEquals(
                Optional.of(new EndpointUrls.Pending(FIRST, "c1", 10 * HOUR, HOUR)),
                created().urls().pending());

        assertTrue(confirmed().isCalled());
        assertEquals(
                new EndpointUrls(Optional.of(FIRST), Optional.empty(), Optional.empty()),
                confirmed().urls());
    }

    @Test
    void urlInUseStaysUntilTheNewOneIsConfirmed() {
        WebhookEndpoint pending =
                at(2).withUrl(confirmed(), SECOND, "c2").after().orElseThrow();

        assertEquals(Optional.of(FIRST), pending.urls().inUse());
        assertEquals(Optional.of(SECOND), replaced().urls().inUse());
        assertEquals(
                Optional.of(new EndpointUrls.Previous(FIRST, 3 + 10 * HOUR, 3 + 24 * HOUR)),
                replaced().urls().previous());
    }

    @Test
    void onlyTheChallengeOfThePendingUrlConfirmsIt() {
        WebhookEndpoint pending =
                at(2).withUrl(confirmed(), SECOND, "c2").after().orElseThrow();

        assertTrue(at(3).confirm(pending, "c1").isEmpty());
        assertTrue(at(3).giveUp(pending, "c1").isEmpty());
        assertTrue(at(3).confirm(confirmed(), "c1").isEmpty());
        assertTrue(at(3).giveUp(pending, "c2")
                .orElseThrow()
                .after()
                .orElseThrow()
                .urls()
                .pending()
                .isEmpty());
    }

    @Test
    void changeOfTheUrlIsTakenBackForADay() {
        long replacedAt = 3;

        WebhookEndpoint back = at(replacedAt + 24 * HOUR - 1)
                .takeBack(replaced())
                .orElseThrow()
                .after()
                .orElseThrow();
        assertEquals(new EndpointUrls(Optional.of(FIRST), Optional.empty(), Optional.empty()), back.urls());
        assertTrue(at(replacedAt + 24 * HOUR).takeBack(replaced()).isEmpty());
        assertTrue(at(4).takeBack(back).isEmpty());
        assertTrue(at(4).takeBack(confirmed()).isEmpty());
    }

    /** Otherwise whoever sets two URLs in a row would make taking back useless for the owner. */
    @Test
    void changesWithinADayOfEachOtherAreTakenBackTogether() {
        long again = 3 + 24 * HOUR - 1;
        WebhookEndpoint twice = replaced(replaced(), THIRD, again);

        assertEquals(
                Optional.of(new EndpointUrls.Previous(FIRST, 3 + 10 * HOUR, again + 24 * HOUR)),
                twice.urls().previous());
        WebhookEndpoint back =
                at(again + 24 * HOUR - 1).takeBack(twice).orElseThrow().after().orElseThrow();
        assertEquals(new EndpointUrls(Optional.of(FIRST), Optional.empty(), Optional.empty()), back.urls());
        assertTrue(at(again + 24 * HOUR).takeBack(twice).isEmpty());
    }

    @Test
    void changeADayLaterIsTakenBackByItself() {
        WebhookEndpoint later = replaced(replaced(), THIRD, 3 + 24 * HOUR);

        assertEquals(
                Optional.of(new EndpointUrls.Previous(SECOND, 3 + 34 * HOUR, 3 + 48 * HOUR)),
                later.urls().previous());
    }

    /** If it left the URL between, whoever set that one could put it in use again without a code. */
    @Test
    void changeBackToTheOriginalUrlLeavesNothingToTakeBack() {
        WebhookEndpoint original = replaced(replaced(), FIRST, 4);

        assertEquals(new EndpointUrls(Optional.of(FIRST), Optional.empty(), Optional.empty()), original.urls());
        assertEquals(
                FIRST,
                replaced(original, THIRD, 5).urls().previous().orElseThrow().url());
    }

    @Test
    void pendingUrlIsTakenBackFirst() {
        WebhookEndpoint third = at(5).withUrl(replaced(), THIRD, "c3").after().orElseThrow();

        WebhookEndpoint back = at(6).takeBack(third).orElseThrow().after().orElseThrow();

        assertEquals(replaced().urls(), back.urls());
    }

    @Test
    void firstUrlThatIsPendingCannotBeTakenBack() {
        assertTrue(at(1).takeBack(created()).isEmpty());
    }

    @Test
    void urlInUseSetAgainWithdrawsThePendingOne() {
        WebhookEndpoint pending =
                at(2).withUrl(confirmed(), SECOND, "c2").after().orElseThrow();

        assertFalse(EndpointEditor.isNewUrl(confirmed(), FIRST));
        assertFalse(EndpointEditor.isNewUrl(pending, SECOND));
        assertTrue(EndpointEditor.isNewUrl(pending, FIRST));
        assertEquals(
                confirmed().urls(),
                at(3).withUrl(pending, FIRST, "c3").after().orElseThrow().urls());
    }

    @Test
    void newsOfAUrlNamesOnlyItsOrigin() {
        EndpointChange change = at(2).withUrl(confirmed(), SECOND, "c2");

        assertEquals(
                List.of(new EndpointEvent(MAIN, "url-pending", false, Map.of("origin", "https://other.example:8443"))),
                change.news());
    }

    @Test
    void oldKeysSignUntilTheirEnd() {
        WebhookEndpoint rotated =
                at(5).rotate(confirmed(), "s2", Duration.ofHours(2)).after().orElseThrow();

        assertEquals(List.of("s2", "s1"), WebhookSecrets.saltsAt(rotated.keys(), 4 + 2 * HOUR));
        assertEquals(List.of("s2"), WebhookSecrets.saltsAt(rotated.keys(), 5 + 2 * HOUR));
        assertEquals(
                List.of("s2"),
                WebhookSecrets.saltsAt(
                        at(6).endOldKeys(rotated).after().orElseThrow().keys(), 6));
        assertEquals(
                List.of("s2"),
                WebhookSecrets.saltsAt(
                        at(5).rotate(confirmed(), "s2", Duration.ZERO)
                                .after()
                                .orElseThrow()
                                .keys(),
                        5));
    }

    /** A day before the old keys end, or at half of the overlap if that is later. */
    @Test
    void partnerIsWarnedOnceBeforeOldKeysEnd() {
        for (long overlap : List.of(2 * HOUR, 48 * HOUR, 96 * HOUR)) {
            long warnedAt = 5 + overlap - Math.min(24 * HOUR, overlap / 2);
            WebhookEndpoint rotated = at(5).rotate(confirmed(), "s2", Duration.ofMillis(overlap))
                    .after()
                    .orElseThrow();

            assertTrue(at(warnedAt - 1).warnOfOldKeys(rotated).isEmpty());
            assertTrue(at(5 + overlap).warnOfOldKeys(rotated).isEmpty(), "too late");
            EndpointChange warned = at(warnedAt).warnOfOldKeys(rotated).orElseThrow();
            String ends = Timestamps.format(Instant.ofEpochMilli(5 + overlap + 10 * HOUR));
            assertEquals(
                    List.of(new EndpointEvent(MAIN, "secret-expiring", false, Map.of("expires_at", ends))),
                    warned.news());
            WebhookEndpoint after = warned.after().orElseThrow();
            assertTrue(at(warnedAt).warnOfOldKeys(after).isEmpty(), "only once");
            assertEquals(List.of("s2", "s1"), WebhookSecrets.saltsAt(after.keys(), 4 + overlap));
            assertTrue(at(warnedAt)
                    .warnOfOldKeys(at(6).endOldKeys(rotated).after().orElseThrow())
                    .isEmpty());
        }
    }

    @Test
    void changeOfContactsIsNewsAndOtherSettingsAreNot() {
        WebhookEndpoint endpoint = confirmed();
        EndpointSettings settings = endpoint.settings();
        EndpointSettings contacts = new EndpointSettings(
                settings.types(),
                settings.payload(),
                settings.ordering(),
                settings.limits(),
                settings.signatures(),
                settings.headers(),
                List.of("owner@bakery.example"),
                settings.isAcknowledging());

        assertEquals(
                List.of(new EndpointEvent(MAIN, "contacts-changed", false, Map.of("contacts", 1))),
                at(2).withSettings(endpoint, contacts).news());
        assertEquals(List.of(), at(2).withSettings(endpoint, settings).news());
    }

    @Test
    void disabledEndpointIsNotCalledUntilItIsEnabled() {
        EndpointChange change = at(5).disable(confirmed(), DisabledReason.GONE).orElseThrow();
        WebhookEndpoint disabled = change.after().orElseThrow();

        assertFalse(disabled.isCalled());
        assertEquals(List.of(new EndpointEvent(MAIN, "disabled", true, Map.of("reason", "gone"))), change.news());
        assertTrue(at(6).disable(disabled, DisabledReason.BY_REQUEST).isEmpty());
        assertTrue(at(6).enable(disabled).orElseThrow().after().orElseThrow().isCalled());
        assertTrue(at(6).enable(confirmed()).isEmpty());
    }

    @Test
    void removedEndpointIsNews() {
        EndpointChange change = at(5).remove(confirmed());

        assertTrue(change.after().isEmpty());
        assertEquals("deleted", change.news().get(0).kind());
    }
}
