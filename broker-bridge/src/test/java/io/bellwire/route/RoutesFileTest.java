package io.bellwire.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.feed.EventFacts;
import io.bellwire.feedapi.ConfigurationException;
import io.bellwire.log.DeviceId;
import io.bellwire.log.FeedId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesFileTest {
    private static final SignalRule DEFAULT_RULE = SignalRule.plain(Duration.ofMillis(100), 4_000);

    private record Facts(String type, String source, Map<String, String> attributes) implements EventFacts {
        @Override
        public @Nullable String attribute(String name) {
            return attributes.get(name);
        }
    }

    private static Routes parse(String yaml) {
        return new RoutesFile(DEFAULT_RULE).parse("routes.yaml", yaml);
    }

    private static EventFacts event(String type, String source, String... attributes) {
        Map<String, String> map = new java.util.HashMap<>();
        for (int i = 0; i < attributes.length; i += 2) {
            map.put(attributes[i], attributes[i + 1]);
        }
        return new Facts(type, source, map);
    }

    @Test
    void allKeysOfARouteAreRead() {
        Routes routes = parse("""
                routes:
                  - name: urgent
                    match:
                      type: io.bellwire.order.*
                      source: /v1/*
                      attributes: {priority: high, device_id: "lab-*", data.size: 3}
                    feeds: ["stores/{storeid}", boards/main]
                    ring:
                      topic: lab/{device_id}/urgent
                      tier: full
                      qos: 0
                      window: 250ms
                      expiry: 2m
                      size_limit: 1000
                """);
        EventFacts matching = event(
                "io.bellwire.order.created",
                "/v1/orders/feed",
                "priority",
                "high",
                "device_id",
                "lab-7",
                "data.size",
                "3",
                "storeid",
                "17");
        assertEquals(
                new SignalRule(
                        TopicTemplate.parse("lab/{device_id}/urgent"), Tier.FULL, Duration.ofMillis(250), 120, 1_000),
                routes.ruleFor(matching));
        assertEquals(List.of(new FeedId("stores/17"), new FeedId("boards/main")), routes.feeds(matching));
        assertEquals(Set.of("bellwire/v1/devices/grill/signal", "lab/grill/urgent"), routes.of(new DeviceId("grill")));
        assertEquals(1, routes.size());
    }

    @ParameterizedTest
    @CsvSource({
        "io.bellwire.order.created, /v1/orders/feed, high, true",
        "io.bellwire.order., /v1/orders/feed, high, true",
        "io.bellwire.orders, /v1/orders/feed, high, false",
        "io.bellwire.order.created, /kitchen, high, false",
        "io.bellwire.order.created, /v1/orders/feed, higher, false",
        "io.bellwire.order.created, /v1/orders/feed, , false"
    })
    void routeMatchesOnlyIfAllItsPatternsMatch(
            String type, String source, @Nullable String priority, boolean expected) {
        Routes routes = parse("{routes: [{name: a, match: {type: io.bellwire.order.*, source: '*/feed',"
                + " attributes: {priority: high}}, ring: {tier: event}}]}");
        EventFacts facts = priority == null ? event(type, source) : event(type, source, "priority", priority);
        assertEquals(expected ? Tier.EVENT : Tier.SIGNAL, routes.ruleFor(facts).tier());
    }

    @Test
    void firstMatchingRuleIsUsedAndTheFeedsOfAllMatchingRoutes() {
        Routes routes = parse("""
                routes:
                  - {name: copies, feeds: [boards/main]}
                  - {name: alarms, match: {type: alarm}, feeds: [boards/main, boards/alarms], ring: {tier: full}}
                  - {name: rest, ring: {tier: event}}
                """);
        assertEquals(Tier.FULL, routes.ruleFor(event("alarm", "/x")).tier());
        assertEquals(Tier.EVENT, routes.ruleFor(event("other", "/x")).tier());
        assertEquals(
                List.of(new FeedId("boards/main"), new FeedId("boards/alarms")), routes.feeds(event("alarm", "/x")));
        assertEquals(List.of(new FeedId("boards/main")), routes.feeds(event("other", "/x")));
    }

    @Test
    void feedWhosePlaceholderHasNoValueIsLeftOut() {
        Routes routes = parse("routes: [{name: a, feeds: ['stores/{storeid}', 'boards/{board}-{storeid}']}]");
        assertEquals(List.of(), routes.feeds(event("a", "/x")));
        assertEquals(List.of(), routes.feeds(event("a", "/x", "storeid", "no such/store")));
        assertEquals(
                List.of(new FeedId("stores/17"), new FeedId("boards/b-17")),
                routes.feeds(event("a", "/x", "storeid", "17", "board", "b")));
    }

    @Test
    void routesWithoutRulesHaveOneRule() {
        assertTrue(parse("routes: []").haveOneRule());
        assertTrue(parse("routes: [{name: a, feeds: [boards/main]}]").haveOneRule());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    routs: []                                                  | 1:1   unknown key routs in the file: there are escalations, routes
                    []                                                         | 1:1   the file must be a mapping
                    {}                                                         | 1:1   routes is missing, and escalations too
                    routes: none                                               | 1:9   routes must be a list
                    'routes:\\n  - ring: {}'                                   | 2:5   a route must have a name
                    'routes:\\n  - name: a b\\n    ring: {}'                   | 2:11  name must be 1 to 64 of
                    'routes:\\n  - name: a'                                    | 2:5   route a must have feeds, or ring
                    'routes:\\n- {name: a, ring: {}}\\n- {name: a, ring: {}}'  | 3:10  there is another route named a
                    'routes:\\n- name: a\\n  rings: {}'                        | 3:3   unknown key rings in a route: there are feeds, match, name, ring
                    'routes:\\n- name: a\\n  name: b'                          | 3:3   name is there twice
                    'routes:\\n- name:'                                        | 2:8   name must be a value and is empty
                    'routes:\\n- name: [a]'                                    | 2:9   name must be a value and is a collection
                    'routes:\\n- name: a\\n  match: {typ: x}\\n  ring: {}'     | 3:11  unknown key typ in match
                    'routes:\\n- name: a\\n  match: {attributes: {A-b: x}}\\n  ring: {}'        | 3:24  an attribute must be named like priority
                    'routes:\\n- name: a\\n  match: {attributes: {a: x, a: y}}\\n  ring: {}'    | 3:30  a is there twice
                    'routes:\\n- name: a\\n  match: {attributes: {a: [x]}}\\n  ring: {}'        | 3:27  a must be a value
                    'routes:\\n- name: a\\n  match: {attributes: x}\\n  ring: {}'               | 3:23  attributes must be a mapping
                    'routes:\\n- name: a\\n  feeds: []'                        | 3:10  feeds must name one at least
                    'routes:\\n- name: a\\n  feeds: stores/1'                  | 3:10  feeds must be a list
                    'routes:\\n- name: a\\n  feeds:\\n  - stores'              | 4:5   a feed must be like stores/{storeid}
                    'routes:\\n- name: a\\n  feeds: [orders/1]'                | 3:11  a feed must be like stores/{storeid}
                    'routes:\\n- name: a\\n  feeds: ["{kind}/1"]'              | 3:11  a feed must be like stores/{storeid}
                    'routes:\\n- name: a\\n  ring: {tier: fast}'               | 3:16  tier must be signal, event or full, and not 'fast'
                    'routes:\\n- name: a\\n  ring: {qos: 1}'                   | 3:15  qos must be 0: the embedded broker grants nothing else
                    'routes:\\n- name: a\\n  ring: {qos: low}'                 | 3:15  qos must be 0 and not 'low'
                    'routes:\\n- name: a\\n  ring: {topic: a/b}'               | 3:17  topic must contain {device_id}
                    'routes:\\n- name: a\\n  ring: {topic: "a/{device_id}/#"}' | 3:17  topic may have letters
                    'routes:\\n- name: a\\n  ring: {topic: "x{device_id}"}'    | 3:17  topic must have {device_id} as a level of its own
                    'routes:\\n- name: a\\n  ring: {topic: "{device_id}/{device_id}"}' | 3:17  topic must contain {device_id} once
                    'routes:\\n- name: a\\n  ring: {window: 2m}'               | 3:18  window must be a time like 100ms
                    'routes:\\n- name: a\\n  ring: {window: -1s}'              | 3:18  window must be a time like 100ms
                    'routes:\\n- name: a\\n  ring: {expiry: 1500ms}'           | 3:18  expiry must be a time of whole seconds
                    'routes:\\n- name: a\\n  ring: {expiry: 2d}'               | 3:18  expiry must be a time of whole seconds
                    'routes:\\n- name: a\\n  ring: {size_limit: 100}'          | 3:22  size_limit must be a number of bytes, 128 to
                    'routes:\\n- name: a\\n  ring: {size_limit: 99999}'        | 3:22  size_limit must be a number of bytes, 128 to
                    'routes:\\n- name: a\\n  ring: {tier: full'                | 3:20  not YAML
                    'routes:\\n\\t- name: a'                                   | 2:1   not YAML
                    'routes: []\\n---\\nroutes: []'                            | 2:1   not YAML
                    """)
    void errorsNameLineAndColumn(String yaml, String expected) {
        Matcher parts = Pattern.compile("(\\d+):(\\d+) +(.*)").matcher(expected);
        assertTrue(parts.matches(), expected);
        ConfigurationException wrong = assertThrows(
                ConfigurationException.class,
                () -> parse(yaml.replace("\\n", "\n").replace("\\t", "\t")));
        String message = String.valueOf(wrong.getMessage());
        String position = "routes.yaml, line " + parts.group(1) + ", column " + parts.group(2) + ": ";
        assertTrue(message.startsWith(position), message);
        assertTrue(message.startsWith(position + parts.group(3)), message);
        assertTrue(message.lines().count() == 1, message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing here\n"})
    void emptyFileIsRefused(String yaml) {
        assertEquals(
                "routes.yaml: the file is empty",
                assertThrows(ConfigurationException.class, () -> parse(yaml)).getMessage());
    }

    @Test
    void fileThatIsTooDeepTooLargeOrRecursiveIsRefused() {
        assertThrows(ConfigurationException.class, () -> parse("[".repeat(500_000)));
        assertThrows(ConfigurationException.class, () -> parse("routes: &a [*a]"));
        String many = "- {name: %d, ring: {}}\n".repeat(1_001);
        assertThrows(ConfigurationException.class, () -> parse("routes:\n" + many));
    }

    @Test
    void missingOrUnreadableFileIsNamed(@TempDir Path folder) throws IOException {
        Path missing = folder.resolve("none.yaml");
        RoutesFile reader = new RoutesFile(DEFAULT_RULE);
        assertEquals(
                "there is no file " + missing,
                assertThrows(ConfigurationException.class, () -> reader.read(missing))
                        .getMessage());
        Path latin = Files.write(folder.resolve("latin.yaml"), "routes: [] # ü".getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(String.valueOf(assertThrows(ConfigurationException.class, () -> reader.read(latin))
                        .getMessage())
                .endsWith("not UTF-8"));
        assertThrows(ConfigurationException.class, () -> reader.read(folder));
    }

    @Test
    void exampleInTheManualIsValid() throws IOException {
        String manual = Files.readString(Path.of("ROUTES.md"));
        int start = manual.indexOf("```yaml\n") + "```yaml\n".length();
        Routes routes = parse(manual.substring(start, manual.indexOf("```", start)));
        assertTrue(routes.size() >= 3);
    }
}
