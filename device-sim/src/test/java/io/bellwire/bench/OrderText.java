package io.bellwire.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.function.LongConsumer;

/**
 * The text of a benchmark's order: 1 KB that does not compress, with its number between two {@code #}, by which it is
 * found again anywhere in a page. Immutable.
 */
final class OrderText {
    private static final int DATA_BYTES = 1_024;
    private static final int DIGITS = 12;
    private static final int MARK_BYTES = DIGITS + 2;
    private static final int NOTE_BYTES = DATA_BYTES - MARK_BYTES;
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-";

    private final byte[] head;
    private final byte[] keyHead;
    private final boolean keyed;
    private final boolean ofPartners;
    private final byte[] letters = new byte[64 << 10];

    /** @param keyed whether each order has an idempotency key, so that it can be repeated */
    OrderText(String token, boolean keyed) {
        this(token, keyed, false);
    }

    /** @param ofPartners whether an order for device {@code d-N} is of partner {@code p-N} */
    OrderText(String token, boolean keyed, boolean ofPartners) {
        this.keyed = keyed;
        this.ofPartners = ofPartners;
        head = ascii("POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                + "\r\nContent-Type: application/json\r\n");
        keyHead = ascii("Idempotency-Key: bench-");
        Random random = new Random(1);
        for (int i = 0; i < letters.length; i++) {
            letters[i] = (byte) LETTERS.charAt(random.nextInt(LETTERS.length()));
        }
    }

    boolean isKeyed() {
        return keyed;
    }

    /** The complete POST of order {@code number} for device {@code d-DEVICE}. */
    byte[] request(long number, int device) {
        byte[] body = body(number, device);
        byte[] length = ascii("Content-Length: " + body.length + "\r\n\r\n");
        byte[] request =
                new byte[head.length + (keyed ? keyHead.length + DIGITS + 2 : 0) + length.length + body.length];
        int at = put(head, request, 0);
        if (keyed) {
            at = put(keyHead, request, at);
            at = putNumber(number, request, at);
            request[at++] = '\r';
            request[at++] = '\n';
        }
        at = put(length, request, at);
        put(body, request, at);
        return request;
    }

    /** The body of that POST. */
    byte[] body(long number, int device) {
        String partner = ofPartners ? "\"partner_id\":\"p-" + device + "\"," : "";
        byte[] before = ascii("{\"device_id\":\"d-" + device + "\"," + partner + "\"data\":{\"note\":\"");
        byte[] after = ascii("\"}}");
        byte[] body = new byte[before.length + DATA_BYTES + after.length];
        int at = put(before, body, 0);
        body[at++] = '#';
        at = putNumber(number, body, at);
        body[at++] = '#';
        int shift = (int) (number * 131 % (letters.length - NOTE_BYTES));
        System.arraycopy(letters, shift, body, at, NOTE_BYTES);
        put(after, body, at + NOTE_BYTES);
        return body;
    }

    /** Finds the numbers of the orders in a page, in sequence. */
    static void find(byte[] page, int from, int to, LongConsumer found) {
        for (int i = from; i + MARK_BYTES <= to; i++) {
            if (page[i] == '#' && page[i + MARK_BYTES - 1] == '#') {
                long number = 0;
                for (int digit = i + 1; digit <= i + DIGITS; digit++) {
                    number = number * 10 + page[digit] - '0';
                }
                found.accept(number);
                i += DATA_BYTES - 1; // the rest of the note has no mark
            }
        }
    }

    private static int put(byte[] part, byte[] whole, int at) {
        System.arraycopy(part, 0, whole, at, part.length);
        return at + part.length;
    }

    private static int putNumber(long number, byte[] whole, int at) {
        Arrays.fill(whole, at, at + DIGITS, (byte) '0');
        long rest = number;
        for (int i = at + DIGITS - 1; rest > 0; i--) {
            whole[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return at + DIGITS;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
