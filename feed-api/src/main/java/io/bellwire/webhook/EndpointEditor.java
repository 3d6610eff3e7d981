package io.bellwire.webhook;

import io.bellwire.log.Timestamps;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides what becomes of an endpoint: pure, with the time and the random values handed in. A new URL is pending until
 * it is confirmed; the change can be taken back for {@link #TAKE_BACK}. Changes that follow each other within that time
 * are taken back together: otherwise whoever has got hold of an account would set a second URL, and only the first of
 * its two could be restored. Immutable.
 *
 * @param nowMillis milliseconds since 1970
 * @param steadyMillis the same by the log's clock that does not jump
 * @param endpoints how many endpoints the partner has
 */
public record EndpointEditor(long nowMillis, long steadyMillis, int endpoints) {
    /** Endpoints of one partner. */
    public static final int PER_PARTNER_MAX = 10;

    /** How long a change of the URL can be taken back, counted from the latest change. */
    public static final Duration TAKE_BACK = Duration.ofHours(24);

    /** How long a new URL may take to answer its challenge. */
    public static final Duration CHALLENGE_TIME = Duration.ofHours(1);

    private static final String URL_PENDING = "url-pending";
    private static final String SECRET_ROTATED = "secret-rotated";

    /** Kinds of events about changes that need a second factor. */
    static final Set<String> DANGEROUS = Set.of(URL_PENDING, SECRET_ROTATED);

    /** Whether the partner has as many endpoints as it may have. */
    public boolean isFull() {
        return endpoints >= PER_PARTNER_MAX;
    }

    /** A new endpoint, whose URL is pending. */
    public EndpointChange create(EndpointId id, EndpointSettings settings, String url, String challenge, String salt) {
        WebhookEndpoint created = new WebhookEndpoint(
                id,
                settings,
                new EndpointUrls(Optional.empty(), Optional.of(pending(url, challenge)), Optional.empty()),
                new EndpointKeys(salt, Optional.empty()),
                Optional.empty(),
                nowMillis,
                nowMillis);
        return EndpointChange.to(created, urlNews(id, URL_PENDING, url));
    }

    private EndpointUrls.Pending pending(String url, String challenge) {
        return new EndpointUrls.Pending(url, challenge, nowMillis, steadyMillis + CHALLENGE_TIME.toMillis());
    }

    /** News that names only the origin of the URL: the rest of it may be confidential. */
    private static EndpointEvent urlNews(EndpointId id, String kind, String url) {
        return EndpointEvent.of(id, kind).with("origin", origin(url));
    }

    /** Scheme, host and port of a URL. */
    public static String origin(String url) {
        URI parsed = URI.create(url);
        return parsed.getScheme() + "://" + parsed.getRawAuthority();
    }

    /** Whether setting this URL is a change, and so dangerous. */
    public static boolean isNewUrl(WebhookEndpoint endpoint, String url) {
        return !endpoint.urls().pending().map(EndpointUrls.Pending::url).equals(Optional.of(url))
                && !(endpoint.urls().pending().isEmpty()
                        && endpoint.urls().inUse().equals(Optional.of(url)));
    }

    /** The endpoint with other settings. */
    public EndpointChange withSettings(WebhookEndpoint endpoint, EndpointSettings settings) {
        WebhookEndpoint updated = updated(endpoint, settings, endpoint.urls(), endpoint.disabled());
        return settings.contacts().equals(endpoint.settings().contacts())
                ? EndpointChange.to(updated)
                : EndpointChange.to(
                        updated,
                        EndpointEvent.of(endpoint.id(), "contacts-changed")
                                .with("contacts", settings.contacts().size()));
    }

    /** The endpoint with a new URL, which is pending; the URL that is in use already takes a pending one back. */
    public EndpointChange withUrl(WebhookEndpoint endpoint, String url, String challenge) {
        EndpointUrls urls = endpoint.urls();
        Optional<EndpointUrls.Pending> pending =
                urls.inUse().equals(Optional.of(url)) ? Optional.empty() : Optional.of(pending(url, challenge));
        return EndpointChange.to(
                updated(
                        endpoint,
                        endpoint.settings(),
                        new EndpointUrls(urls.inUse(), pending, urls.previous()),
                        endpoint.disabled()),
                urlNews(endpoint.id(), pending.isPresent() ? URL_PENDING : "url-taken-back", url));
    }

    /** The pending URL has answered {@code challenge}; empty if that is not the pending one's any more. */
    public Optional<EndpointChange> confirm(WebhookEndpoint endpoint, String challenge) {
        EndpointUrls urls = endpoint.urls();
        return urls.pending()
                .filter(pending -> pending.challenge().equals(challenge))
                .map(pending -> EndpointChange.to(
                        updated(
                                endpoint,
                                endpoint.settings(),
                                new EndpointUrls(
                                        Optional.of(pending.url()), Optional.empty(), previous(urls, pending.url())),
                                endpoint.disabled()),
                        urlNews(endpoint.id(), "url-confirmed", pending.url())));
    }

    /**
     * The URL that can be taken back once {@code confirmed} is in use: the one before the first of the changes that can
     * still be taken back. If {@code confirmed} is that one, nothing is left to take back.
     */
    private Optional<EndpointUrls.Previous> previous(EndpointUrls urls, String confirmed) {
        long endsMillis = steadyMillis + TAKE_BACK.toMillis();
        return urls.previous()
                .filter(this::canBeTakenBack)
                .map(first -> new EndpointUrls.Previous(first.url(), first.replacedMillis(), endsMillis))
                .or(() -> urls.inUse().map(before -> new EndpointUrls.Previous(before, nowMillis, endsMillis)))
                .filter(previous -> !previous.url().equals(confirmed));
    }

    private boolean canBeTakenBack(EndpointUrls.Previous previous) {
        return steadyMillis < previous.endsMillis();
    }

    /** The pending URL has not answered in its time; empty if another one is pending. */
    public Optional<EndpointChange> giveUp(WebhookEndpoint endpoint, String challenge) {
        EndpointUrls urls = endpoint.urls();
        return urls.pending()
                .filter(pending -> pending.challenge().equals(challenge))
                .map(pending -> EndpointChange.to(
                        updated(
                                endpoint,
                                endpoint.settings(),
                                new EndpointUrls(urls.inUse(), Optional.empty(), urls.previous()),
                                endpoint.disabled()),
                        urlNews(endpoint.id(), "url-given-up", pending.url())));
    }

    /**
     * Withdraws a pending URL; if there is none, takes back the changes of the URL. Empty if nothing can be taken back.
     */
    public Optional<EndpointChange> takeBack(WebhookEndpoint endpoint) {
        EndpointUrls urls = endpoint.urls();
        if (urls.pending().isPresent() && urls.inUse().isPresent()) {
            return Optional.of(EndpointChange.to(
                    updated(
                            endpoint,
                            endpoint.settings(),
                            new EndpointUrls(urls.inUse(), Optional.empty(), urls.previous()),
                            endpoint.disabled()),
                    urlNews(endpoint.id(), "url-taken-back", urls.inUse().get())));
        }
        return urls.previous()
                .filter(this::canBeTakenBack)
                .map(previous -> EndpointChange.to(
                        updated(
                                endpoint,
                                endpoint.settings(),
                                new EndpointUrls(Optional.of(previous.url()), Optional.empty(), Optional.empty()),
                                endpoint.disabled()),
                        urlNews(endpoint.id(), "url-taken-back", previous.url())));
    }

    /** The endpoint with new keys; those before sign too for {@code overlap}. */
    public EndpointChange rotate(WebhookEndpoint endpoint, String salt, Duration overlap) {
        Optional<EndpointKeys.Old> old = overlap.isZero()
                ? Optional.empty()
                : Optional.of(EndpointKeys.Old.from(endpoint.keys().salt(), steadyMillis, overlap));
        return EndpointChange.to(
                withKeys(endpoint, new EndpointKeys(salt, old)), EndpointEvent.of(endpoint.id(), SECRET_ROTATED));
    }

    /** The partner is warned that the keys before the present ones end; empty if it was, or there are none. */
    public Optional<EndpointChange> warnOfOldKeys(WebhookEndpoint endpoint) {
        return endpoint.keys()
                .old()
                .filter(old -> steadyMillis < old.endsMillis())
                .filter(old ->
                        old.warnsMillis().filter(warns -> steadyMillis >= warns).isPresent())
                .map(old -> EndpointChange.to(
                        withKeys(endpoint, new EndpointKeys(endpoint.keys().salt(), Optional.of(old.warned()))),
                        EndpointEvent.of(endpoint.id(), "secret-expiring")
                                .with(
                                        "expires_at",
                                        Timestamps.format(
                                                Instant.ofEpochMilli(nowMillis + old.endsMillis() - steadyMillis)))));
    }

    /** The endpoint without the keys before the present ones. */
    public EndpointChange endOldKeys(WebhookEndpoint endpoint) {
        return EndpointChange.to(
                withKeys(endpoint, new EndpointKeys(endpoint.keys().salt(), Optional.empty())));
    }

    private WebhookEndpoint withKeys(WebhookEndpoint endpoint, EndpointKeys keys) {
        return new WebhookEndpoint(
                endpoint.id(),
                endpoint.settings(),
                endpoint.urls(),
                keys,
                endpoint.disabled(),
                endpoint.createdMillis(),
                nowMillis);
    }

    /** The endpoint, not called any more; empty if it is disabled already. */
    public Optional<EndpointChange> disable(WebhookEndpoint endpoint, DisabledReason reason) {
        return endpoint.disabled().isPresent()
                ? Optional.empty()
                : Optional.of(EndpointChange.to(
                        updated(endpoint, endpoint.settings(), endpoint.urls(), Optional.of(reason)),
                        EndpointEvent.forOperations(endpoint.id(), "disabled").with("reason", reason.text())));
    }

    /** The endpoint, called again from its position on; empty if it is enabled already. */
    public Optional<EndpointChange> enable(WebhookEndpoint endpoint) {
        return endpoint.disabled().isEmpty()
                ? Optional.empty()
                : Optional.of(EndpointChange.to(
                        updated(endpoint, endpoint.settings(), endpoint.urls(), Optional.empty()),
                        EndpointEvent.forOperations(endpoint.id(), "enabled")));
    }

    /** No endpoint any more. */
    public EndpointChange remove(WebhookEndpoint endpoint) {
        return new EndpointChange(Optional.empty(), List.of(EndpointEvent.of(endpoint.id(), "deleted")));
    }

    /** Both changes as one: {@code second} was made of the result of {@code first}. */
    public static EndpointChange both(EndpointChange first, EndpointChange second) {
        List<EndpointEvent> news = new ArrayList<>(first.news());
        news.addAll(second.news());
        return new EndpointChange(second.after(), news);
    }

    private WebhookEndpoint updated(
            WebhookEndpoint endpoint, EndpointSettings settings, EndpointUrls urls, Optional<DisabledReason> disabled) {
        return new WebhookEndpoint(
                endpoint.id(), settings, urls, endpoint.keys(), disabled, endpoint.createdMillis(), nowMillis);
    }
}
