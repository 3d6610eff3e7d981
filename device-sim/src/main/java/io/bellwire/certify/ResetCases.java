package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cases about cursors that cannot be continued, and about the snapshot. */
final class ResetCases {
    static final List<ConformanceCase> ALL = List.of(
            new ConformanceCase(
                    13,
                    "reset-epoch-changed",
                    "A cursor of another log is 410 with reason epoch-changed.",
                    ResetCases::resetEpochChanged),
            new ConformanceCase(
                    14,
                    "reset-ahead-of-log",
                    "A cursor past the head is 410 with reason ahead-of-log, and is not waited for.",
                    ResetCases::resetAheadOfLog),
            new ConformanceCase(
                    15,
                    "reset-names-snapshot-and-earliest",
                    "A reset says where the snapshot is and which cursor is the first that can be continued.",
                    ResetCases::resetNamesSnapshotAndEarliest),
            new ConformanceCase(
                    16,
                    "snapshot-pages",
                    "The snapshot comes in pages of limit, in the order of creation; the last has no next.",
                    ResetCases::snapshotPages),
            new ConformanceCase(
                    17,
                    "snapshot-then-feed-loses-nothing",
                    "The feed from a reset's earliest cursor has all that the snapshot lacks, also changes that are not of an order.",
                    ResetCases::snapshotThenFeedLosesNothing),
            new ConformanceCase(
                    18,
                    "reset-other-feed",
                    "A cursor of another device's feed is 410 with reason epoch-changed.",
                    ResetCases::resetOtherFeed),
            new ConformanceCase(
                    19,
                    "reset-cursor-not-in-log",
                    "A cursor whose chain is not the log's is 410 with reason cursor-not-in-log.",
                    ResetCases::resetCursorNotInLog));

    private static final Pattern CURSOR = Pattern.compile("([a-z0-9]{10})\\.(\\d{1,16})\\.([a-z0-9]{7})");

    private ResetCases() {}

    /** The same position in a log that does not exist. */
    static String withOtherEpoch(String cursor) {
        return (cursor.startsWith("z") ? "y" : "z") + cursor.substring(1);
    }

    /** A cursor so many revisions after {@code cursor}. */
    static String ahead(String cursor, int by) throws RuleViolation {
        Matcher form = CURSOR.matcher(cursor);
        Expect.that(form.matches(), "a cursor EPOCH.REVISION.CHAIN", cursor);
        return form.group(1) + "." + (Long.parseLong(form.group(2)) + by) + "." + form.group(3);
    }

    /** The same position in a log that has another change there. */
    static String withOtherChain(String cursor) {
        return cursor.substring(0, cursor.length() - 1) + (cursor.endsWith("0") ? "1" : "0");
    }

    /** The part of a cursor that a signal carries: {@code EPOCH.REVISION}. */
    static String position(String cursor) throws RuleViolation {
        Matcher form = CURSOR.matcher(cursor);
        Expect.that(form.matches(), "a cursor EPOCH.REVISION.CHAIN", cursor);
        return form.group(1) + "." + form.group(2);
    }

    static void expectReset(HttpReply reply, String reason) throws RuleViolation {
        reply.problem(410, "reset");
        Expect.same("reason of the reset", reason, reply.json().path("reason").asText());
    }

    private static void resetEpochChanged(CaseContext context) throws Exception {
        TestDevice device = context.newDevice(1);
        String cursor = device.http().get(device.feed()).cursor();
        expectReset(device.http().get(device.feed(withOtherEpoch(cursor))), "epoch-changed");
    }

    private static void resetAheadOfLog(CaseContext context) throws Exception {
        TestDevice device = context.newDevice(1);
        String cursor = device.http().get(device.feed()).cursor();
        expectReset(device.http().get(device.feed(ahead(cursor, 1))), "ahead-of-log");
        expectReset(device.http().get(device.feed(ahead(cursor, 1)) + "&wait_ms=60000"), "ahead-of-log");
    }

    private static void resetOtherFeed(CaseContext context) throws Exception {
        TestDevice device = context.newDevice(2);
        TestDevice other = context.newDevice(2);
        for (JsonNode change : other.http().get(other.feed()).changes()) {
            expectReset(device.http().get(device.feed(change.path("id").asText())), "epoch-changed");
        }
    }

    private static void resetCursorNotInLog(CaseContext context) throws Exception {
        TestDevice device = context.newDevice(3);
        for (JsonNode change : device.http().get(device.feed()).changes()) {
            String cursor = withOtherChain(change.path("id").asText());
            expectReset(device.http().get(device.feed(cursor)), "cursor-not-in-log");
        }
    }

    private static void resetNamesSnapshotAndEarliest(CaseContext context) throws Exception {
        TestDevice device = context.newDevice(2);
        String cursor = device.http().get(device.feed()).cursor();
        for (String bad : List.of(withOtherEpoch(cursor), ahead(cursor, 5))) {
            JsonNode reset = device.http().get(device.feed(bad)).expect(410).json();
            Expect.same(
                    "snapshot in the reset",
                    device.snapshot(),
                    reset.path("snapshot").asText());
            device.http().get(reset.path("snapshot").asText()).expect(200);
            String earliest = reset.path("earliest").asText();
            Expect.that(!earliest.isEmpty(), "a cursor as earliest in the reset", reset);
            Expect.same(
                    "revisions after earliest",
                    List.of(1L, 2L),
                    device.http().get(device.feed(earliest)).revisions());
        }
    }

    private static void snapshotPages(CaseContext context) throws Exception {
        TestDevice device = context.newDevice();
        List<String> placed = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            placed.add(context.placeOrder(device));
        }
        List<String> registration = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        String next = device.snapshot() + "?limit=2";
        while (!next.isEmpty() && sizes.size() <= placed.size()) {
            JsonNode page = device.http().get(next).expect(200).json();
            Expect.that(page.path("cursor").isTextual(), "a cursor on each page of the snapshot", page);
            sizes.add(page.path("orders").size());
            page.path("orders")
                    .forEach(order -> registration.add(order.path("id").asText()));
            next = page.path("next").asText();
        }
        Expect.same("orders of the snapshot", placed, registration);
        Expect.same("sizes of the pages", List.of(2, 2, 1), sizes);
    }

    private static void snapshotThenFeedLosesNothing(CaseContext context) throws Exception {
        TestDevice device = context.newDevice();
        Set<String> placed = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            placed.add(context.placeOrder(device));
        }
        EventCases.send(context, device, "e1");
        String cursor = device.http().get(device.feed()).cursor();
        JsonNode reset = device.http()
                .get(device.feed(withOtherEpoch(cursor)))
                .expect(410)
                .json();
        JsonNode first =
                device.http().get(device.snapshot() + "?limit=2").expect(200).json();
        placed.add(context.placeOrder(device));
        Set<String> known = new HashSet<>();
        JsonNode page = first;
        for (int i = 0; i < 9; i++) {
            page.path("orders").forEach(order -> known.add(order.path("id").asText()));
            if (!page.path("next").isTextual()) {
                break;
            }
            page = device.http().get(page.path("next").asText()).expect(200).json();
        }
        placed.add(context.placeOrder(device));
        List<JsonNode> rest =
                device.http().get(device.feed(first.path("cursor").asText())).changes();
        rest.forEach(change -> known.add(change.path("subject").asText()));
        Expect.same("orders of the snapshot and the feed after it", placed, known);
        Expect.same(
                "first revision after the snapshot's cursor",
                5L,
                rest.get(0).path("revision").asLong());
        Expect.same(
                "revisions after the reset's earliest cursor",
                List.of(1L, 2L, 3L, 4L, 5L, 6L),
                device.http().get(device.feed(reset.path("earliest").asText())).revisions());
    }
}
