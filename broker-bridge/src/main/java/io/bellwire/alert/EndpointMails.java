package io.bellwire.alert;

import io.bellwire.webhook.EndpointEditor;
import io.bellwire.webhook.EndpointEvent;
import io.bellwire.webhook.EndpointId;
import io.bellwire.webhook.EndpointNotice;
import io.bellwire.webhook.EndpointUrls;
import io.bellwire.webhook.WebhookEndpoint;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Mails the contacts of an endpoint what has become of it: those before the change, and those after it, since somebody
 * who takes over an account changes the contacts first. Thread-safe; never blocks.
 */
public final class EndpointMails implements Consumer<EndpointNotice> {
    private final Alerts alerts;

    public EndpointMails(Alerts alerts) {
        this.alerts = alerts;
    }

    @Override
    public void accept(EndpointNotice notice) {
        Set<String> contacts = new LinkedHashSet<>();
        Stream.of(notice.before(), notice.after())
                .flatMap(Optional::stream)
                .forEach(endpoint -> contacts.addAll(endpoint.settings().contacts()));
        if (!contacts.isEmpty()) {
            alert(notice).ifPresent(alert -> alerts.mail(List.copyOf(contacts), alert));
        }
    }

    /** What the contacts are told; empty if nothing of it is for them. */
    static Optional<Alert> alert(EndpointNotice notice) {
        List<EndpointEvent> told = notice.news().stream()
                .filter(event -> headline(event).isPresent())
                .toList();
        if (told.isEmpty()) {
            return Optional.empty();
        }
        EndpointId id = told.get(0).endpoint();
        List<String> lines = new ArrayList<>();
        lines.add("Partner: " + id.partner());
        lines.add("Endpoint: " + id.name());
        lines.add("By: " + notice.by().text());
        for (EndpointEvent event : told) {
            lines.add("");
            lines.addAll(lines(event, notice));
        }
        lines.add("");
        lines.add("You get this because your address is, or was, a contact of this endpoint. The same is in the feed of"
                + " the partner.");
        String subject =
                id.partner() + "/" + id.name() + ": " + headline(told.get(0)).orElseThrow();
        return Optional.of(new Alert(id.feed().path(), subject, lines));
    }

    private static Optional<String> headline(EndpointEvent event) {
        return switch (event.kind()) {
            case "url-pending" -> Optional.of("a new URL was set");
            case "url-confirmed" -> Optional.of("a new URL is in use");
            case "url-given-up" -> Optional.of("a new URL was given up");
            case "url-taken-back" -> Optional.of("a change of the URL was taken back");
            case "secret-rotated" -> Optional.of("it has a new secret");
            case "secret-expiring" -> Optional.of("its old secret ends soon");
            case "contacts-changed" -> Optional.of("its contacts were changed");
            case "disabled" -> Optional.of("it was disabled");
            case "deleted" -> Optional.of("it was deleted");
            case "missed" -> Optional.of("it has missed changes");
            default -> Optional.empty(); // an escalation tells people of endpoints that fail
        };
    }

    private static List<String> lines(EndpointEvent event, EndpointNotice notice) {
        return switch (event.kind()) {
            case "url-pending" ->
                List.of(
                        "A new URL was set, at " + event.data().get("origin")
                                + ". It gets no changes before it has answered a challenge.",
                        "If you did not expect this, withdraw it with " + takeBack(event.endpoint()) + ".");
            case "url-confirmed" ->
                List.of(
                        "A new URL is in use, at " + event.data().get("origin") + ". Changes go there from now on.",
                        wayBack(event.endpoint(), notice));
            case "url-given-up" ->
                List.of("A new URL has not answered its challenge in time, at "
                        + event.data().get("origin") + ". It is not used.");
            case "url-taken-back" ->
                List.of("A change of the URL was taken back. In use is the one at "
                        + event.data().get("origin") + ".");
            case "secret-rotated" ->
                List.of(
                        "The endpoint has a new secret, with which its calls are signed.",
                        "If you did not expect this, rotate the secret again: with a secret, calls can be forged.");
            case "secret-expiring" ->
                List.of("The old secret of the endpoint ends at " + event.data().get("expires_at")
                        + ". From then on, calls are signed with the new one only: the receiver must know it by then.");
            case "contacts-changed" ->
                List.of("The contacts of the endpoint were changed. This goes to those before and to those after.");
            case "disabled" ->
                List.of(
                        "The endpoint was disabled (" + event.data().get("reason")
                                + "), and is not called any more. Its changes stay in the feed.",
                        "It goes on from its position once it is enabled: PATCH " + path(event.endpoint())
                                + " with {\"enabled\":true}.");
            case "deleted" -> List.of("The endpoint was deleted, and is not called any more.");
            default ->
                List.of(event.data().get("count") + " changes, revisions "
                        + event.data().get("from_revision") + " to "
                        + event.data().get("to_revision")
                        + ", were removed by retention before the endpoint has received them.");
        };
    }

    /** What to do about a URL that is now in use. */
    private static String wayBack(EndpointId id, EndpointNotice notice) {
        Optional<EndpointUrls.Previous> previous =
                notice.after().map(WebhookEndpoint::urls).flatMap(EndpointUrls::previous);
        if (previous.isPresent()) {
            return "If you did not expect this, take it back with " + takeBack(id) + " within "
                    + EndpointEditor.TAKE_BACK.toHours() + " hours. In use is then the one at "
                    + EndpointEditor.origin(previous.get().url()) + " again.";
        }
        boolean isFirst = notice.before()
                .map(WebhookEndpoint::urls)
                .flatMap(EndpointUrls::inUse)
                .isEmpty();
        return isFirst
                ? "It is the first URL of the endpoint. If you did not expect this, delete the endpoint."
                : "It is the one that was in use before the latest changes: nothing is left to take back.";
    }

    private static String path(EndpointId id) {
        return "/v1/" + id.feed().path() + "/endpoints/" + id.name();
    }

    private static String takeBack(EndpointId id) {
        return "POST " + path(id) + "/take-back";
    }
}
