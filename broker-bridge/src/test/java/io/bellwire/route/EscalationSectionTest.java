package io.bellwire.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.escalation.Audience;
import io.bellwire.escalation.EscalationRule;
import io.bellwire.escalation.Escalations;
import io.bellwire.feedapi.ConfigurationException;
import io.bellwire.log.DeviceId;
import io.bellwire.log.FeedId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EscalationSectionTest {
    private static final String STEPS = "steps: [{after: 1m, page: true}]";

    private static Escalations parse(String yaml) {
        return new RoutesFile(SignalRule.plain(Duration.ofMillis(100), 4_000))
                .parse("routes.yaml", yaml)
                .escalations();
    }

    @Test
    void allKeysAreRead() {
        Escalations escalations = parse("""
                escalations:
                  - name: shops
                    feeds: [partners/shop-*, partners/kiosk]
                    loss_within: 3d
                    undo_after: 30s
                    steps:
                      - {after: 0ms, tell: feed}
                      - {after: 10m, mail: [contacts, operators], page: true}
                      - {after: 1h, orders: 50%}
                      - {after: 2h, orders: 0%, disconnect: true}
                """);

        EscalationRule rule = escalations.of(FeedId.ofPartner("shop-7")).orElseThrow();
        assertEquals("shops", rule.name());
        assertEquals(Optional.of(Duration.ofDays(3)), rule.lossWithin());
        assertEquals(Duration.ofSeconds(30), rule.undoAfter());
        assertEquals(
                List.of(
                        Set.of(Audience.FEED),
                        Set.of(Audience.CONTACTS, Audience.OPERATORS, Audience.PAGER),
                        Set.of(),
                        Set.of()),
                rule.steps().stream().map(step -> step.tells()).toList());
        assertEquals(Duration.ofMinutes(10), rule.steps().get(1).after());
        assertEquals(OptionalInt.of(50), rule.steps().get(2).ordersPercent());
        assertEquals(OptionalInt.of(0), rule.steps().get(3).ordersPercent());
        assertTrue(rule.steps().get(3).disconnects());
        assertTrue(escalations.of(FeedId.ofPartner("kiosk")).isPresent());
        assertTrue(escalations.of(FeedId.ofPartner("other")).isEmpty());
        assertTrue(escalations.of(FeedId.ofDevice(new DeviceId("shop-7"))).isEmpty());
        assertTrue(escalations.watchLoss());
    }

    @Test
    void firstRuleThatMatchesIsUsedAndDefaultsHold() {
        Escalations escalations = parse("escalations: [{name: a, feeds: [partners/a*], " + STEPS
                + "}, {name: b, feeds: ['partners/*'], " + STEPS + "}]\nroutes: []");
        assertEquals("a", escalations.of(FeedId.ofPartner("acme")).orElseThrow().name());
        EscalationRule second = escalations.of(FeedId.ofPartner("cafe")).orElseThrow();
        assertEquals("b", second.name());
        assertEquals(EscalationRule.UNDO_AFTER, second.undoAfter());
        assertEquals(Optional.empty(), second.lossWithin());
        assertEquals(Escalations.NONE, parse("routes: []"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    'escalations: none'                                               | 1:14  escalations must be a list
                    'escalations:\\n- {feeds: [partners/a]}'                           | 2:3   an escalation must have name
                    'escalations:\\n- {name: a}'                                       | 2:3   an escalation must have feeds
                    'escalations:\\n- {name: a, feeds: [partners/a]}'                  | 2:3   an escalation must have steps
                    'escalations:\\n- {name: a b}'                                     | 2:10  name must be 1 to 64 of
                    'escalations:\\n- {name: a, for: x}'                               | 2:13  unknown key for in an escalation: there are feeds, loss_within, name, steps, undo_after
                    'escalations:\\n- {name: a, feeds: []}'                            | 2:20  feeds must name one at least
                    'escalations:\\n- {name: a, feeds: [orders]}'                      | 2:21  a feed must be like partners/* or devices/oven-* and not 'orders'
                    'escalations:\\n- {name: a, feeds: ["*"]}'                         | 2:21  a feed must be like partners/*
                    'escalations:\\n- {name: a, feeds: [stores/1]}'                    | 2:21  a feed must be like partners/*
                    'escalations:\\n- name: a\\n  feeds: [partners/a]\\n  loss_within: soon\\n  steps: []'  | 4:16  loss_within must be a time like 30s, 10m, 2h or 1d, up to 365d, and not 'soon'
                    'escalations:\\n- name: a\\n  feeds: [partners/a]\\n  undo_after: 2d\\n  steps: []'     | 4:15  undo_after must be a time like 30s, 10m, 2h or 1d, up to 1d, and not '2d'
                    'escalations:\\n- name: a\\n  feeds: [partners/a]\\n  steps: []'     | 4:10  there must be 1 to 32 steps and not 0
                    'escalations:\\n- name: a\\n  feeds: [partners/a]\\n  steps: [{page: true}]'            | 4:11  a step must have after
                    'escalations:\\n- name: a\\n  feeds: [partners/a]\\n  steps: [{after: 1m}]'             | 4:11  a step must do something
                    'escalations:\\n- name: a\\n  feeds: [partners/a]\\n  steps: [{after: 1m, call: x}]'    | 4:23  unknown key call in a step: there are after, disconnect, mail, orders, page, tell
                    'escalations:\\n- name: a\\n  feeds: [partners/a]\\n  steps: [{after: 400d, page: true}]'                   | 4:19  after must be a time
                    'escalations:\\n- name: a\\n  feeds: [partners/a]\\n  steps:\\n  - {after: 2m, page: true}\\n  - {after: 2m, tell: feed}'  | 6:5   after must be longer than that of the step before
                    'escalations:\\n- name: a\\n  feeds: [partners/a]\\n  steps: [{after: 1m, tell: me}]'    | 4:29  tell must be feed, and not 'me'
                    'escalations:\\n- name: a\\n  feeds: [partners/a]\\n  steps: [{after: 1m, mail: operators}]'     | 4:29  mail must be a list
                    'escalations:\\n- name: a\\n  feeds: [partners/a]\\n  steps: [{after: 1m, mail: []}]'    | 4:29  mail must name contacts, operators, or both
                    'escalations:\\n- name: a\\n  feeds: [partners/a]\\n  steps: [{after: 1m, mail: [boss]}]'        | 4:30  mail must be contacts or operators, and not 'boss'
                    'escalations:\\n- name: a\\n  feeds: [devices/a]\\n  steps: [{after: 1m, mail: [contacts]}]'     | 4:30  contacts are only of partners
                    'escalations:\\n- name: a\\n  feeds: [devices/a]\\n  steps: [{after: 1m, disconnect: true}]'     | 4:35  disconnect is only for partners
                    'escalations:\\n- name: a\\n  feeds: [partners/a]\\n  steps: [{after: 1m, page: false}]' | 4:29  page must be true, and not 'false'
                    'escalations:\\n- name: a\\n  feeds: [partners/a]\\n  steps: [{after: 1m, orders: 50}]'  | 4:31  orders must be a share like 50%, 0% to 99%, and not '50'
                    'escalations:\\n- name: a\\n  feeds: [partners/a]\\n  steps: [{after: 1m, orders: 100%}]'        | 4:31  orders must be a share like 50%
                    'escalations:\\n- name: a\\n  feeds: [partners/a]\\n  steps:\\n  - {after: 1m, orders: 20%}\\n  - {after: 2m, orders: 20%}'  | 6:5   orders must be fewer than 20%
                    """)
    void errorsNameLineAndColumn(String yaml, String expected) {
        Matcher parts = Pattern.compile("(\\d+):(\\d+) +(.*)").matcher(expected);
        assertTrue(parts.matches(), expected);
        ConfigurationException wrong =
                assertThrows(ConfigurationException.class, () -> parse(yaml.replace("\\n", "\n")));
        String message = String.valueOf(wrong.getMessage());
        String position = "routes.yaml, line " + parts.group(1) + ", column " + parts.group(2) + ": ";
        assertTrue(message.startsWith(position + parts.group(3)), message);
        assertTrue(message.lines().count() == 1, message);
    }

    @Test
    void twoOfTheSameNameAreRefused() {
        String rule = "{name: a, feeds: [partners/a], " + STEPS + "}";
        String message = String.valueOf(
                assertThrows(ConfigurationException.class, () -> parse("escalations: [" + rule + ", " + rule + "]"))
                        .getMessage());
        assertTrue(message.endsWith("there is another escalation named a"), message);
    }

    @Test
    void exampleInTheManualIsValid() throws IOException {
        String manual = Files.readString(Path.of("ROUTES.md"));
        int section = manual.indexOf("## Escalations");
        int start = manual.indexOf("```yaml\n", section) + "```yaml\n".length();
        Escalations escalations = parse(manual.substring(start, manual.indexOf("```", start)));
        assertTrue(escalations.rules().size() >= 2);
    }
}
