package io.bellwire.device.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bellwire.device.DeviceCursor;
import io.bellwire.device.FeedChange;
import io.bellwire.device.ListedChange;
import io.bellwire.device.ReceivedSignal;
import io.bellwire.device.SignalTier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignalJsonTest {
    private static final String HEAD = "{'epoch':'k3v9','revision':7,'pending':3";
    private static final String EVENTS =
            "[{'type':'io.bellwire.order.created','id':'k3v9.6','order_id':'o','revision':6},"
                    + "{'type':'com.example.cleaned','id':'k3v9.7','revision':7}]";
    private static final String CHANGES = "[{'specversion':'1.0','id':'k3v9.6','type':'io.bellwire.order.created',"
            + "'revision':6,'data':{'id':'o','version':1}},"
            + "{'specversion':'1.0','id':'k3v9.7','type':'com.example.cleaned','revision':7}]";

    @Test
    void signalHasTheFeedsHeadAndTheSpread() throws IOException {
        assertEquals(new ReceivedSignal("k3v9", 7), parse(HEAD + "}"));
        assertEquals(
                new ReceivedSignal("k3v9", 7, 2_500, List.of(), List.of(), null, null),
                parse(HEAD + ",'oldest_at':'2026-11-20T08:00:00.000Z','spread_ms':2500}"));
    }

    @Test
    void eventTierListsTheChanges() throws IOException {
        ReceivedSignal signal = parse(HEAD + ",'tier':'event','after':5,'events':" + EVENTS + "}");

        assertEquals(SignalTier.EVENT, signal.tier());
        assertEquals(5, signal.after());
        assertEquals(
                List.of(
                        new ListedChange(new DeviceCursor("k3v9", 6), "io.bellwire.order.created", "o"),
                        new ListedChange(new DeviceCursor("k3v9", 7), "com.example.cleaned", null)),
                signal.events());
    }

    @Test
    void bodiesReachTheApplicationByteForByte() throws IOException {
        String deep = "[".repeat(5_000) + "]".repeat(5_000);
        String data = "{ \"n\" :\t[1.10,12345678901234567.89,1E400,1e-7,-0,100000000000000000000,1E999999999999,"
                + "1".repeat(2_000) + "],\r\n\"z\":1,\"a\":2,\"z\":3,\"\\u0061\":\"\\u00e9é\\/\\n\\ud83d\\ude00😀\","
                + "\"" + "name".repeat(15_000) + "\":" + deep + "}";
        String order = "{ \"version\" : 1 , \"data\":" + data + ", \"id\" : \"o\" }";
        String change = "{\"type\":\"com.example.cleaned\", \"data\":" + data + ",\"revision\":7,\"id\":\"k3v9.7\"}";

        assertEquals(
                change, FeedJson.changes(bytes(" [ " + change + " ] ")).get(0).body());
        String shorter = change.replace("name".repeat(15_000), "name").replace(deep, "[[]]");
        assertEquals(
                shorter,
                parse(HEAD + ",'tier':'full','after':6,'from':'k3v9.6','changes':[ " + shorter + " ]}")
                        .changes()
                        .get(0)
                        .body());
        assertEquals(
                order,
                FeedJson.snapshot(bytes("{'cursor':'k3v9.7','orders':[" + order + "]}"))
                        .orders()
                        .get(0)
                        .body());
    }

    @Test
    void bytesThatAreNotOneTextInUtf8AreRejected() {
        byte[] broken = bytes("[{'id':'k3v9.7','type':'t','revision':7,'data':'?'}]");
        broken[broken.length - 4] = (byte) 0xFF;
        assertThrows(IOException.class, () -> FeedJson.changes(broken));
        for (String bad :
                List.of("", " ", "[] []", "[]x", "[", "{}", "[{'id':'k3v9.7','type':'t','revision':1E999999999}]")) {
            assertThrows(IOException.class, () -> FeedJson.changes(bytes(bad)), bad);
        }
    }

    @Test
    void fullTierCarriesTheChangesOfTheFeed() throws IOException {
        ReceivedSignal signal = parse(HEAD + ",'tier':'full','after':5,'from':'k3v9.5','changes':" + CHANGES + "}");

        assertEquals(SignalTier.FULL, signal.tier());
        assertEquals(FeedJson.changes(bytes(CHANGES)), signal.changes());
        assertEquals(new DeviceCursor("k3v9", 5), signal.from());
        assertEquals(
                new FeedChange(
                        new DeviceCursor("k3v9", 6),
                        "io.bellwire.order.created",
                        "o",
                        1,
                        signal.changes().get(0).body()),
                signal.changes().get(0));
    }

    @Test
    void reducedSignalNamesTheTierThatWasTooLong() throws IOException {
        ReceivedSignal signal = parse(HEAD + ",'reduced_from':'full'}");

        assertEquals(SignalTier.SIGNAL, signal.tier());
        assertEquals(SignalTier.FULL, signal.reducedFrom());
        assertEquals(
                SignalTier.FULL,
                parse(HEAD + ",'tier':'event','reduced_from':'full','after':5,'events':" + EVENTS + "}")
                        .reducedFrom());
    }

    @Test
    void unknownMembersAndTiersAreIgnored() throws IOException {
        assertEquals(
                new ReceivedSignal("k3v9", 7),
                parse(HEAD + ",'tier':'hologram','after':5,'x':[1],'reduced_from':'y'}"));
        assertEquals(new ReceivedSignal("k3v9", 7), parse(HEAD + ",'tier':'signal'}"));
    }

    @Test
    void signalWithOneErrorIsRejectedAsAWhole() {
        for (String bad : List.of(
                "",
                "7",
                "{",
                "[]",
                "{'epoch':7,'revision':7}",
                "{'epoch':'k3v9'}",
                "{'epoch':'k3v9','revision':-1}",
                "{'epoch':'k3v9','revision':'7'}",
                "{'epoch':'k3v9','revision':7.5}",
                "{'epoch':'k3v9','revision':99999999999999999999}",
                HEAD + ",'spread_ms':-1}",
                HEAD + ",'spread_ms':'soon'}",
                HEAD + ",'tier':'full','after':5}",
                HEAD + ",'tier':'full','after':7,'changes':[]}",
                HEAD + ",'tier':'full','from':'k3v9.5','changes':" + CHANGES + "}",
                HEAD + ",'tier':'full','after':4,'from':'k3v9.4','changes':" + CHANGES + "}",
                HEAD.replace("7", "8") + ",'tier':'full','after':6,'from':'k3v9.6','changes':" + CHANGES + "}",
                HEAD + ",'tier':'full','after':5,'from':'k3v9.5','changes':" + CHANGES.replace("k3v9.6", "other.6")
                        + "}",
                HEAD + ",'tier':'full','after':5,'from':'k3v9.5','changes':"
                        + CHANGES.replace("'revision':6", "'revision':5") + "}",
                HEAD + ",'tier':'full','after':5,'from':'k3v9.5','changes':[1,2]}",
                HEAD + ",'tier':'full','after':5,'changes':" + CHANGES + "}",
                HEAD + ",'tier':'full','after':5,'from':'k3v9.4','changes':" + CHANGES + "}",
                HEAD + ",'tier':'full','after':5,'from':'other.5','changes':" + CHANGES + "}",
                HEAD + ",'tier':'event','after':5,'events':{}}",
                HEAD + ",'tier':'event','after':5,'events':" + EVENTS.replace("k3v9.6", "k3v9.5") + "}",
                HEAD + ",'tier':'event','after':5,'events':" + EVENTS.replace("'id':'k3v9.6',", "") + "}")) {
            assertThrows(IOException.class, () -> parse(bad), bad);
        }
    }

    @Test
    void signalThatIsTooLongIsRejected() throws IOException {
        String head = HEAD + ",'x':'";
        String longest = head + "y".repeat(65_536 - 2 - head.length()) + "'}";
        assertEquals(new ReceivedSignal("k3v9", 7), parse(longest));
        assertThrows(IOException.class, () -> parse(longest + " "));
        assertThrows(IOException.class, () -> parse(HEAD + ",'x':'" + "y".repeat(70_000) + "'}"));
    }

    private static ReceivedSignal parse(String json) throws IOException {
        return SignalJson.parse(bytes(json));
    }

    private static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }
}
