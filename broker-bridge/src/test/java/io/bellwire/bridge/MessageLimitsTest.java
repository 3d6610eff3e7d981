package io.bellwire.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.log.Event;
import io.bellwire.log.EventJson;
import io.bellwire.log.EventNumber;
import io.bellwire.log.Revision;
import io.bellwire.route.RoutesFile;
import io.bellwire.route.Tier;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages that reach their limits exactly, and how messages are counted. */
class MessageLimitsTest extends BridgeFixture {
    private static final String ROUTES = """
            routes:
              - name: orders
                match: {type: "io.bellwire.order.*"}
                ring: {tier: full}
            """;

    private final MessageRenderer messages = new MessageRenderer(recent, new EventFactsCache());

    @BeforeEach
    void routes() {
        bridge.use(new RoutesFile(BridgeOptions.DEFAULT.plainRule()).parse("routes.yaml", ROUTES));
    }

    private void add(long revision, String type) {
        String json = "\"type\":\"" + type + "\",\"data\":{}}";
        EventJson event = new EventJson(json.getBytes(StandardCharsets.UTF_8), json.length() - 3);
        recent.add(GRILL_FEED, revision, new Event(new EventNumber(revision), 0, event, null));
    }

    private MessageRenderer.Message render(long revision, Tier tier, int bytesMax) {
        Signal signal = new Signal(StubFeedPositions.EPOCH, new Revision(revision), revision, null, 0);
        return messages.render(GRILL_FEED, signal, tier, Revision.NONE, bytesMax);
    }

    @Test
    void messageMayBeExactlyAsLongAsItsLimit() {
        add(1, "io.bellwire.order.created");
        int full = render(1, Tier.FULL, 4_000).payload().length;
        assertEquals(Tier.FULL, render(1, Tier.FULL, full).tier());
        assertEquals(Tier.EVENT, render(1, Tier.FULL, full - 1).tier());

        int event = render(1, Tier.EVENT, 4_000).payload().length;
        assertEquals(Tier.EVENT, render(1, Tier.EVENT, event).tier());
        assertEquals(Tier.SIGNAL, render(1, Tier.EVENT, event - 1).tier());
    }

    @Test
    void messageListsUpTo512Changes() {
        for (int revision = 1; revision <= 513; revision++) {
            add(revision, "io.bellwire.order.created");
        }
        assertEquals(Tier.FULL, render(512, Tier.FULL, 1_000_000).tier());
        assertEquals(Tier.SIGNAL, render(513, Tier.FULL, 1_000_000).tier());
    }

    @Test
    void routesDecideOnUpTo512ChangesAtOnce() {
        connected(GRILL);
        for (int revision = 1; revision <= 512; revision++) {
            add(revision, "lamp.off");
        }
        commit(GRILL_FEED, 1, 512);
        time.runDue();
        assertEquals(
                "grill {\"epoch\":\"k3v9x2m4qd\",\"revision\":512,\"pending\":512,"
                        + "\"oldest_at\":\"2026-11-20T08:00:00.512Z\"}",
                broker.take().get(0));
    }

    @Test
    void messagesAreCountedByTierOnceTheyAreWritten() {
        connected(GRILL);
        assertEquals(1, messages("mqtt", "signal"), "the greeting");
        broker.answerWith(Handover.CONGESTED);
        add(1, "io.bellwire.order.created");
        commit(GRILL_FEED, 1);
        time.runDue();
        assertEquals(0, messages("mqtt", "full"));

        broker.answerWith(Handover.WRITTEN);
        time.advance(Duration.ofSeconds(1));
        assertEquals(1, messages("mqtt", "full"));
        assertEquals(0, messages("sse", "full"));
    }
}
