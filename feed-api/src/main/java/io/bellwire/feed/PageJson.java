package io.bellwire.feed;

import io.bellwire.log.Change;
import io.bellwire.log.Epoch;
import io.bellwire.log.FeedId;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Changes as CloudEvents JSON. What differs from feed to feed (id, source, revision) is put before what the log keeps of
 * the event, so that nothing is parsed or encoded again, and a page is the same from memory as from SQL.
 */
public final class PageJson {
    private static final byte[] EMPTY = "[]".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] REVISION = ",\"revision\":".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGITS_MAX = 10;

    private PageJson() {}

    /** The path that a feed is read at, which is also the {@code source} of its events. */
    public static String source(FeedId feed) {
        return "/v1/" + (feed.isGroup() ? "groups/" : "") + feed.path() + "/feed";
    }

    /** A JSON array of CloudEvents, UTF-8. */
    public static byte[] render(FeedId feed, Epoch epoch, List<Change> changes) {
        if (changes.isEmpty()) {
            return EMPTY.clone();
        }
        byte[] before = ("{\"specversion\":\"1.0\",\"id\":\"" + epoch + ".").getBytes(StandardCharsets.US_ASCII);
        byte[] middle = ("\",\"source\":\"" + source(feed) + "\"").getBytes(StandardCharsets.US_ASCII);
        int perChange = before.length + middle.length + REVISION.length + 2 * DIGITS_MAX + 2;
        int size = 1;
        for (Change change : changes) {
            size += perChange + change.event().tail().length;
        }
        byte[] page = new byte[size];
        int at = 0;
        byte separator = '[';
        for (Change change : changes) {
            byte[] digits = Long.toString(change.revision()).getBytes(StandardCharsets.US_ASCII);
            page[at++] = separator;
            separator = ',';
            at = put(before, page, at);
            at = put(digits, page, at);
            at = put(middle, page, at);
            at = put(REVISION, page, at);
            at = put(digits, page, at);
            page[at++] = ',';
            at = put(change.event().tail(), page, at);
        }
        page[at++] = ']';
        return at == page.length ? page : java.util.Arrays.copyOf(page, at);
    }

    private static int put(byte[] from, byte[] to, int at) {
        System.arraycopy(from, 0, to, at, from.length);
        return at + from.length;
    }
}
