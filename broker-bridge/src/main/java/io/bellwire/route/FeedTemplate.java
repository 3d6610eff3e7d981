package io.bellwire.route;

import io.bellwire.feed.EventFacts;
import io.bellwire.log.FeedId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A feed's name with placeholders for attributes of the event, such as {@code stores/{storeid}}. Immutable. */
final class FeedTemplate {
    private static final Pattern FORM =
            Pattern.compile("(?!(?:orders|operations|groups)/)[A-Za-z0-9_-]{1,31}/(?:[A-Za-z0-9_-]|\\{"
                    + EventMatch.ATTRIBUTE + "\\})+");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^}]+)\\}");

    private final String text;
    /** Literals and attribute names in turn; the first and the last are literals. */
    private final List<String> parts;

    private FeedTemplate(String text, List<String> parts) {
        this.text = text;
        this.parts = List.copyOf(parts);
    }

    /** Parses {@code text}; throws {@link IllegalArgumentException} that says what is wrong with it. */
    static FeedTemplate parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "must be like stores/{storeid} or stores/17, and none of orders, operations and groups");
        }
        List<String> parts = new ArrayList<>();
        Matcher placeholder = PLACEHOLDER.matcher(text);
        int from = 0;
        while (placeholder.find()) {
            parts.add(text.substring(from, placeholder.start()));
            parts.add(placeholder.group(1));
            from = placeholder.end();
        }
        parts.add(text.substring(from));
        return new FeedTemplate(text, parts);
    }

    /** The feed for this event; empty if the event lacks an attribute, or if the result is no valid name of a feed. */
    Optional<FeedId> of(EventFacts facts) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            String value = i % 2 == 0 ? parts.get(i) : facts.attribute(parts.get(i));
            if (value == null) {
                return Optional.empty();
            }
            path.append(value);
        }
        try {
            return Optional.of(new FeedId(path.toString()));
        } catch (IllegalArgumentException noFeed) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
