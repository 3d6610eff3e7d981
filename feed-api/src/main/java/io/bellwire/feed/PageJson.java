package io.bellwire.feed;

import io.bellwire.log.Chain;
import io.bellwire.log.Change;
import io.bellwire.log.Epoch;
import io.bellwire.log.FeedId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Renders changes as a JSON array of CloudEvents. It puts what differs from feed to feed (the id, which is the cursor,
 * source and revision) before the JSON that the log keeps of the event. So nothing is parsed or encoded again, and a
 * page is the same from memory and from the store.
 */
public final class PageJson {
    private PageJson() {}

    /** The path at which a feed is read, which is also the {@code source} of its events. */
    public static String source(FeedId feed) {
        return "/v1/" + (feed.isGroup() ? "groups/" : "") + feed.path() + "/feed";
    }

    /** Renders the array, in UTF-8. */
    public static byte[] render(FeedId feed, Epoch epoch, List<Change> changes) {
        Rendering rendering = of(feed, epoch, changes);
        byte[] page = new byte[rendering.length()];
        rendering.writeTo(ByteBuffer.wrap(page));
        return page;
    }

    /** The same, to be written into a buffer of the caller's. */
    public static Rendering of(FeedId feed, Epoch epoch, List<Change> changes) {
        return new Rendering(
                changes,
                ("[{\"specversion\":\"1.0\",\"id\":\"" + epoch + ".").getBytes(StandardCharsets.US_ASCII),
                ("\",\"source\":\"" + source(feed) + "\",\"revision\":").getBytes(StandardCharsets.US_ASCII));
    }

    /** A page that can be written. Immutable. */
    public static final class Rendering {
        private static final int BRACKETS_BYTES = 2;

        private final List<Change> changes;
        private final byte[] before;
        private final byte[] middle;
        private final int length;

        private Rendering(List<Change> changes, byte[] before, byte[] middle) {
            this.changes = changes;
            this.before = before;
            this.middle = middle;
            int size = changes.isEmpty() ? BRACKETS_BYTES : 1;
            for (Change change : changes) {
                size += headLength(digits(change.revision().value()))
                        + change.event().json().length();
            }
            this.length = size;
        }

        /** How many bytes {@link #writeTo} writes. */
        public int length() {
            return length;
        }

        /** Writes the page into {@code page}, which must have room for it. */
        public void writeTo(ByteBuffer page) {
            if (changes.isEmpty()) {
                page.put((byte) '[');
            }
            byte[] head = {};
            int digits = 0;
            byte separator = '[';
            for (Change change : changes) {
                if (digits != digits(change.revision().value())) {
                    digits = digits(change.revision().value());
                    head = head(digits);
                }
                head[0] = separator;
                putDigits(change.revision().value(), head, before.length + digits);
                Chain.write(change.chain(), head, before.length + digits + 1);
                putDigits(change.revision().value(), head, head.length - 1);
                page.put(head).put(change.event().json().bytes());
                separator = ',';
            }
            page.put((byte) ']');
        }

        private int headLength(int digits) {
            return before.length + digits + 1 + Chain.TEXT_LENGTH + middle.length + digits + 1;
        }

        /** The JSON before a change's own JSON, without the digits of the revision and without the chain. */
        private byte[] head(int digits) {
            byte[] head = new byte[headLength(digits)];
            System.arraycopy(before, 0, head, 0, before.length);
            head[before.length + digits] = '.';
            System.arraycopy(middle, 0, head, before.length + digits + 1 + Chain.TEXT_LENGTH, middle.length);
            head[head.length - 1] = ',';
            return head;
        }

        private static int digits(long number) {
            int digits = 1;
            for (long rest = number / 10; rest > 0; rest /= 10) {
                digits++;
            }
            return digits;
        }

        private static void putDigits(long number, byte[] to, int end) {
            int at = end;
            long rest = number;
            do {
                to[--at] = (byte) ('0' + rest % 10);
                rest /= 10;
            } while (rest > 0);
        }
    }
}
