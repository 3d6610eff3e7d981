package io.bellwire.route;

import io.bellwire.escalation.Escalations;
import io.bellwire.feed.Glob;
import io.bellwire.feedapi.ConfigurationException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads routes in the form that ROUTES.md describes. Throws {@link ConfigurationException} with a message of one line
 * if something is wrong. Thread-safe.
 */
public final class RoutesFile {
    private static final long BYTES_MAX = 1 << 20;
    private static final int ROUTES_MAX = 1_000;
    private static final int GLOB_LENGTH_MAX = 1_024;
    private static final Duration EXPIRY_MIN = Duration.ofSeconds(1);
    private static final Duration EXPIRY_MAX = Duration.ofDays(1);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Pattern ATTRIBUTE = Pattern.compile(EventMatch.ATTRIBUTE);

    private final SignalRule defaultRule;

    /**
     * @param defaultRule the rule for a change that no route has a rule for; also the default of each key of {@code
     *     ring}
     */
    public RoutesFile(SignalRule defaultRule) {
        this.defaultRule = defaultRule;
    }

    /** Reads the routes in {@code file}. */
    public Routes read(Path file) {
        try {
            if (Files.size(file) > BYTES_MAX) {
                throw new ConfigurationException(file + ": longer than " + BYTES_MAX + " bytes");
            }
            return parse(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            throw new ConfigurationException("there is no file " + file, e);
        } catch (CharacterCodingException e) {
            throw new ConfigurationException(file + ": not UTF-8", e);
        } catch (IOException e) {
            throw new ConfigurationException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** Parses the routes in {@code yaml}; {@code file} is its name in messages. */
    public Routes parse(String file, String yaml) {
        YamlNode root = YamlNode.parse(file, yaml);
        Map<String, YamlNode> lists = root.fields("the file", Set.of("routes", "escalations"));
        if (lists.isEmpty()) {
            throw root.wrong("routes is missing, and escalations too: there must be one of them");
        }
        YamlNode rules = lists.get("escalations");
        Escalations escalations = rules == null ? Escalations.NONE : EscalationSection.parse(rules);
        YamlNode list = lists.get("routes");
        return new Routes(list == null ? List.of() : routes(list), defaultRule, escalations);
    }

    private List<Route> routes(YamlNode list) {
        List<YamlNode> items = list.list("routes");
        if (items.size() > ROUTES_MAX) {
            throw list.wrong("there may be " + ROUTES_MAX + " routes at most and not " + items.size());
        }
        List<Route> routes = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (YamlNode item : items) {
            routes.add(route(item, names));
        }
        return routes;
    }

    private Route route(YamlNode item, Set<String> names) {
        Map<String, YamlNode> fields = item.fields("a route", Set.of("name", "match", "feeds", "ring"));
        YamlNode nameField = fields.get("name");
        if (nameField == null) {
            throw item.wrong("a route must have a name");
        }
        String name = newName(nameField, names, "route");
        YamlNode ring = fields.get("ring");
        YamlNode feeds = fields.get("feeds");
        if (ring == null && feeds == null) {
            throw item.wrong("route " + name + " must have feeds, or ring, or both: otherwise it does nothing");
        }
        return new Route(
                name,
                match(fields.get("match")),
                feeds == null ? List.of() : feeds(feeds),
                ring == null ? null : rule(ring));
    }

    /** The name in {@code field}, which must not be among {@code names}, and is added to them. */
    static String newName(YamlNode field, Set<String> names, String what) {
        String name = field.text("name");
        if (!NAME.matcher(name).matches()) {
            throw field.wrong("name must be 1 to 64 of A-Z a-z 0-9 _ . - and not '" + name + "'");
        }
        if (!names.add(name)) {
            throw field.wrong("there is another " + what + " named " + name);
        }
        return name;
    }

    private static EventMatch match(@Nullable YamlNode match) {
        if (match == null) {
            return EventMatch.ANY;
        }
        Map<String, YamlNode> fields = match.fields("match", Set.of("type", "source", "attributes"));
        Map<String, Glob> attributes = new HashMap<>();
        YamlNode patterns = fields.get("attributes");
        if (patterns != null) {
            patterns.entriesOf("attributes").forEach((key, value) -> {
                String name = key.text("an attribute's name");
                if (!ATTRIBUTE.matcher(name).matches()) {
                    throw key.wrong(
                            "an attribute must be named like priority, device_id or data.size and not '" + name + "'");
                }
                attributes.put(name, glob(value, name));
            });
        }
        return new EventMatch(optionalGlob(fields, "type"), optionalGlob(fields, "source"), attributes);
    }

    private static @Nullable Glob optionalGlob(Map<String, YamlNode> fields, String name) {
        YamlNode value = fields.get(name);
        return value == null ? null : glob(value, name);
    }

    static Glob glob(YamlNode value, String what) {
        String text = value.text(what);
        if (text.length() > GLOB_LENGTH_MAX) {
            throw value.wrong(what + " may have " + GLOB_LENGTH_MAX + " characters at most");
        }
        return new Glob(text);
    }

    private static List<FeedTemplate> feeds(YamlNode feeds) {
        List<FeedTemplate> templates = new ArrayList<>();
        for (YamlNode feed : feeds.list("feeds")) {
            templates.add(parse(feed, "a feed", FeedTemplate::parse));
        }
        if (templates.isEmpty()) {
            throw feeds.wrong("feeds must name one at least");
        }
        return templates;
    }

    private SignalRule rule(YamlNode ring) {
        Map<String, YamlNode> fields =
                ring.fields("ring", Set.of("topic", "tier", "qos", "window", "expiry", "size_limit"));
        YamlNode qos = fields.get("qos");
        if (qos != null) {
            requireQosZero(qos);
        }
        return new SignalRule(
                value(fields.get("topic"), "topic", TopicTemplate::parse, defaultRule.topic()),
                value(fields.get("tier"), "tier", RoutesFile::tier, defaultRule.tier()),
                value(fields.get("window"), "window", RoutesFile::window, defaultRule.window()),
                value(fields.get("expiry"), "expiry", RoutesFile::expirySeconds, defaultRule.expirySeconds()),
                value(fields.get("size_limit"), "size_limit", RoutesFile::bytes, defaultRule.bytesMax()));
    }

    private static void requireQosZero(YamlNode qos) {
        String qosText = qos.text("qos");
        if (qosText.equals("1") || qosText.equals("2")) {
            throw qos.wrong("qos must be 0: the embedded broker grants nothing else. A PUBACK says that a packet came,"
                    + " not that its change was read; the bridge repeats a signal until the device has read its feed");
        }
        if (!qosText.equals("0")) {
            throw qos.wrong("qos must be 0 and not '" + qosText + "'");
        }
    }

    private static Tier tier(String text) {
        return Tier.parse(text).orElseThrow(() -> new IllegalArgumentException("must be signal, event or full"));
    }

    private static Duration window(String text) {
        return TimeSpan.parse(text)
                .filter(window -> window.compareTo(SignalRule.WINDOW_MAX) <= 0)
                .orElseThrow(() -> new IllegalArgumentException("must be a time like 100ms or 5s, up to 1m"));
    }

    private static int expirySeconds(String text) {
        Duration expiry = TimeSpan.parse(text)
                .filter(time -> time.compareTo(EXPIRY_MIN) >= 0 && time.compareTo(EXPIRY_MAX) <= 0)
                .filter(time -> time.toMillisPart() == 0)
                .orElseThrow(() -> new IllegalArgumentException("must be a time of whole seconds like 60s, 1s to 1d"));
        return Math.toIntExact(expiry.toSeconds());
    }

    private static int bytes(String text) {
        if (text.matches("\\d{1,9}")) {
            int bytes = Integer.parseInt(text);
            if (bytes >= SignalRule.BYTES_MIN && bytes <= SignalRule.BYTES_MAX) {
                return bytes;
            }
        }
        throw new IllegalArgumentException(
                "must be a number of bytes, " + SignalRule.BYTES_MIN + " to " + SignalRule.BYTES_MAX);
    }

    private static <T> T value(@Nullable YamlNode field, String what, Function<String, T> parser, T defaultValue) {
        return field == null ? defaultValue : parse(field, what, parser);
    }

    /** The value of {@code field} as {@code parser} reads it; what the parser throws follows {@code what}. */
    static <T> T parse(YamlNode field, String what, Function<String, T> parser) {
        String text = field.text(what);
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw field.wrong(what + " " + e.getMessage() + ", and not '" + text + "'");
        }
    }
}
