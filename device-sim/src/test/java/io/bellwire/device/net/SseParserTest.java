package io.bellwire.device.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SseParserTest {
    private final List<SseEvent> events = new ArrayList<>();
    private final SseParser parser = new SseParser(events::add);

    private void parse(String text) throws IOException {
        parser.parse(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void eventHasItsNameItsDataAndTheStreamsId() throws Exception {
        parse("retry: 2000\n\nid: k3v9x2m4qd.7\nevent: signal\ndata: {\"revision\":7}\n\n");

        assertEquals(List.of(new SseEvent("signal", "{\"revision\":7}", "k3v9x2m4qd.7")), events);
    }

    @Test
    void eventIsTheSameInWhateverPiecesItArrives() throws Exception {
        byte[] stream = "\uFEFFid: 1\r\nevent: signal\r\ndata: grüße\r\n\r\n: \r\n\r\ndata: second\r\n\r\n"
                .getBytes(StandardCharsets.UTF_8);
        for (int piece = 1; piece <= stream.length; piece++) {
            events.clear();
            SseParser fresh = new SseParser(events::add);
            for (int from = 0; from < stream.length; from += piece) {
                fresh.parse(ByteBuffer.wrap(stream, from, Math.min(piece, stream.length - from)));
            }
            assertEquals(
                    List.of(new SseEvent("signal", "grüße", "1"), new SseEvent("message", "second", "1")),
                    events,
                    "pieces of " + piece);
        }
    }

    @Test
    void lastRetryOfDigitsCounts() throws Exception {
        assertEquals(0, parser.retryMillis());
        parse("retry: 2000\n\nretry: soon\nretry: -1\nretry\n");
        assertEquals(2_000, parser.retryMillis());
        parse("retry:10450\nevent: bye\ndata: {}\n\n");

        assertEquals(10_450, parser.retryMillis());
    }

    @Test
    void heartbeatsUnknownFieldsAndEventsWithoutDataAreIgnored() throws Exception {
        parse(": \n\n:\n\nretry: 5\n\ncolour: red\n\nevent: signal\n\ndata\n\n");

        assertEquals(List.of(new SseEvent("message", "", "")), events, "only an empty data field makes an event");
    }

    @Test
    void linesMayEndWithOnlyAReturn() throws Exception {
        parse("event: bye\rdata: a\rdata:b\rdata:  c\r\r");

        assertEquals(List.of(new SseEvent("bye", "a\nb\n c", "")), events);
    }

    @Test
    void idWithANulIsIgnored() throws Exception {
        parse("id: good\ndata: 1\n\nid: b\0d\nid:\0\ndata: 2\n\nid\ndata: 3\n\n");

        assertEquals(
                List.of("good", "good", ""),
                events.stream().map(SseEvent::lastId).toList());
    }

    @Test
    void lineOrEventThatIsTooLongIsRefused() {
        assertThrows(IOException.class, () -> parse("data: " + "x".repeat(SseParser.BYTES_MAX)));
        SseParser other = new SseParser(events::add);
        byte[] line = ("data: " + "x".repeat(1_000) + "\n").getBytes(StandardCharsets.UTF_8);
        assertThrows(IOException.class, () -> {
            for (int i = 0; i < 100; i++) {
                other.parse(ByteBuffer.wrap(line));
            }
        });
        assertEquals(List.of(), events);
    }

    @Test
    void lineAndEventMayBeExactlyAsLongAsTheirLimit() throws Exception {
        parse("data:" + "x".repeat(SseParser.BYTES_MAX - 5));
        assertThrows(IOException.class, () -> parse("x"));

        SseParser other = new SseParser(events::add);
        String half = "data:" + "x".repeat(SseParser.BYTES_MAX / 2 - 1) + "\n";
        other.parse(ByteBuffer.wrap((half + half + "data\n\n").getBytes(StandardCharsets.UTF_8)));
        assertEquals(SseParser.BYTES_MAX, events.get(0).data().length());
        other.parse(ByteBuffer.wrap((half + half + "data\n").getBytes(StandardCharsets.UTF_8)));
        assertThrows(
                IOException.class, () -> other.parse(ByteBuffer.wrap("data:x\n".getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void longestSignalFits() throws Exception {
        parse("event: signal\ndata: " + "x".repeat(65_536) + "\n\n");

        assertEquals(65_536, events.get(0).data().length());
    }
}
