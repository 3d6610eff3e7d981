package io.bellwire.escalation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.alert.Alert;
import io.bellwire.degradation.EscalatedFeed;
import io.bellwire.document.ReplaceDocuments.News;
import io.bellwire.escalation.EscalationChange.Kind;
import io.bellwire.log.FeedId;
import io.bellwire.log.RenderedEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What is told of a change: an event for feeds, and a message to people. */
final class EscalationNews {
    private static final String TYPE_PREFIX = "io.bellwire.feed.";

    private EscalationNews() {}

    /** The events of the change. Of a problem that was back before anybody was told so, nothing is told. */
    static List<News> events(
            FeedId feed,
            FeedCondition condition,
            EscalationChange change,
            EscalationState before,
            @Nullable EscalationRule rule) {
        Optional<String> kind = kind(change, before);
        if (kind.isEmpty()) {
            return List.of();
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("feed", feed.path());
        if (change.kind() == Kind.EXPIRING) {
            json.put("from_revision", condition.processed() + 1);
            condition.lossMillis().ifPresent(millis -> json.put("expires_in_s", millis / 1_000));
        } else {
            EscalationState after = change.after();
            json.put("problem", after.problem());
            json.put("lasted_s", after.lastedMillis() / 1_000);
            if (rule != null) {
                json.put("escalation", rule.name());
            }
            if (rule != null && after.isInForce()) {
                json.put("step", rule.stepsUpTo(after.takenMillis()));
                json.put("orders_percent", rule.ordersPercent(after.takenMillis()));
                json.put("disconnected", rule.disconnects(after.takenMillis()));
            }
        }
        List<FeedId> feeds = new ArrayList<>(List.of(FeedId.OPERATIONS));
        if (change.audience().contains(Audience.FEED)) {
            feeds.add(feed);
        }
        return List.of(new News(RenderedEvent.of(TYPE_PREFIX + kind.get(), feed.path(), json.toString()), feeds));
    }

    private static Optional<String> kind(EscalationChange change, EscalationState before) {
        return switch (change.kind()) {
            case STEP, TOLD_AGAIN -> Optional.of("escalated");
            case EXPIRING -> Optional.of("about-to-expire");
            case UNDONE -> before.isTold() ? Optional.of("recovered") : Optional.empty();
            case RESUMED, FORGOTTEN -> Optional.empty();
        };
    }

    /** The change as a message to people. */
    static Alert alert(FeedId feed, EscalationChange change, @Nullable EscalationRule rule) {
        EscalationState after = change.after();
        List<String> lines = new ArrayList<>();
        lines.add("Feed: " + feed.path());
        lines.add("Problem: " + after.problem());
        lines.add("It has lasted for " + text(Duration.ofMillis(after.lastedMillis())) + ".");
        if (change.kind() == Kind.UNDONE) {
            lines.add("It is over, and everything that was withheld is undone.");
            return new Alert(feed.path(), "Bellwire: " + feed.path() + " has recovered", lines);
        }
        if (rule != null) {
            lines.add("Step " + rule.stepsUpTo(after.takenMillis()) + " of escalation " + rule.name() + " is taken.");
            int percent = rule.ordersPercent(after.takenMillis());
            if (percent < EscalatedFeed.ALL_PERCENT) {
                lines.add("Of new orders for this feed, " + percent + " % are let in.");
            }
            if (rule.disconnects(after.takenMillis())) {
                lines.add("The partner is disconnected until it has read and acknowledged its feed.");
            }
        }
        return new Alert(feed.path(), "Bellwire: " + feed.path() + ": " + after.problem(), lines);
    }

    /** A duration in its largest unit, such as {@code 90m}. */
    static String text(Duration duration) {
        long millis = duration.toMillis();
        long seconds = millis / 1_000;
        if (seconds == 0) {
            return millis + "ms";
        }
        if (seconds < 120) {
            return seconds + "s";
        }
        long minutes = duration.toMinutes();
        if (minutes < 120) {
            return minutes + "m";
        }
        return duration.toHours() < 48 ? duration.toHours() + "h" : duration.toDays() + "d";
    }

    /** The same for a time that may not be known. */
    static Optional<Duration> duration(OptionalLong millis) {
        return millis.isPresent() ? Optional.of(Duration.ofMillis(millis.getAsLong())) : Optional.empty();
    }
}
