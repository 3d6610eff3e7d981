package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A cursor that cannot be continued, and the way out. */
final class ResetCases {
    static final List<ConformanceCase> ALL = List.of(
            new ConformanceCase(
                    "reset-epoch-changed",
                    "A cursor of another log is 410 with reason epoch-changed.",
                    ResetCases::resetEpochChanged),
            new ConformanceCase(
                    "reset-ahead-of-log",
                    "A cursor past the head is 410 with reason ahead-of-log, and is not waited for.",
                    ResetCases::resetAheadOfLog),
            new ConformanceCase(
                    "reset-names-snapshot-and-earliest",
                    "A reset says where the snapshot is and which cursor is the first that can be continued.",
                    ResetCases::resetNamesSnapshotAndEarliest),
            new ConformanceCase(
                    "snapshot-pages",
                    "The snapshot comes in pages of limit, in the order of creation; the last has no next.",
                    ResetCases::snapshotPages),
            new ConformanceCase(
                    "snapshot-then-feed-loses-nothing",
                    "The feed from a reset's earliest cursor has all that the snapshot lacks, changes that are no order's too.",
                    ResetCases::snapshotThenFeedLosesNothing),
            new ConformanceCase(
                    "reset-other-feed",
                    "A cursor of another device's feed is 410 with reason epoch-changed.",
                    ResetCases::resetOtherFeed),
            new ConformanceCase(
                    "reset-cursor-not-in-log",
                    "A cursor whose chain is not the log's is 410 with reason cursor-not-in-log.",
                    ResetCases::resetCursorNotInLog));

    private static final Pattern CURSOR = Pattern.compile("([a-z0-9]{10})\\.(\\d{1,16})\\.([a-z0-9]{7})");

    private ResetCases() {}

    /** The same place in a log that there is not. */
    static String ofAnotherLog(String cursor) {
        return (cursor.startsWith("z") ? "y" : "z") + cursor.substring(1);
    }

    /** So many revisions further than {@code cursor}. */
    static String ahead(String cursor, int by) throws RuleViolation {
        Matcher form = CURSOR.matcher(cursor);
        Expect.that(form.matches(), "a cursor EPOCH.REVISION.CHAIN", cursor);
        return form.group(1) + "." + (Long.parseLong(form.group(2)) + by) + "." + form.group(3);
    }

    /** The same place in a log that has another change there. */
    static String ofAnotherEnd(String cursor) {
        return cursor.substring(0, cursor.length() - 1) + (cursor.endsWith("0") ? "1" : "0");
    }

    /** What a signal tells of a cursor: {@code EPOCH.REVISION}. */
    static String place(String cursor) throws RuleViolation {
        Matcher form = CURSOR.matcher(cursor);
        Expect.that(form.matches(), "a cursor EPOCH.REVISION.CHAIN", cursor);
        return form.group(1) + "." + form.group(2);
    }

    static void expectReset(HttpReply reply, String reason) throws RuleViolation {
        reply.problem(410, "reset");
        Expect.same("reason of the reset", reason, reply.json().path("reason").asText());
    }

    private static void resetEpochChanged(CaseContext setting) throws Exception {
        TestDevice machine = setting.machine(1);
        String cursor = machine.http().get(machine.feed()).cursor();
        expectReset(machine.http().get(machine.feed(ofAnotherLog(cursor))), "epoch-changed");
    }

    private static void resetAheadOfLog(CaseContext setting) throws Exception {
        TestDevice machine = setting.machine(1);
        String cursor = machine.http().get(machine.feed()).cursor();
        expectReset(machine.http().get(machine.feed(ahead(cursor, 1))), "ahead-of-log");
        expectReset(machine.http().get(machine.feed(ahead(cursor, 1)) + "&wait_ms=60000"), "ahead-of-log");
    }

    private static void resetOtherFeed(CaseContext setting) throws Exception {
        TestDevice machine = setting.machine(2);
        TestDevice other = setting.machine(2);
        for (JsonNode change : other.http().get(other.feed()).changes()) {
            expectReset(machine.http().get(machine.feed(change.path("id").asText())), "epoch-changed");
        }
    }

    private static void resetCursorNotInLog(CaseContext setting) throws Exception {
        TestDevice machine = setting.machine(3);
        for (JsonNode change : machine.http().get(machine.feed()).changes()) {
            String cursor = ofAnotherEnd(change.path("id").asText());
            expectReset(machine.http().get(machine.feed(cursor)), "cursor-not-in-log");
        }
    }

    private static void resetNamesSnapshotAndEarliest(CaseContext setting) throws Exception {
        TestDevice machine = setting.machine(2);
        String cursor = machine.http().get(machine.feed()).cursor();
        for (String bad : List.of(ofAnotherLog(cursor), ahead(cursor, 5))) {
            JsonNode reset = machine.http().get(machine.feed(bad)).expect(410).json();
            Expect.same(
                    "snapshot in the reset",
                    machine.snapshot(),
                    reset.path("snapshot").asText());
            machine.http().get(reset.path("snapshot").asText()).expect(200);
            String earliest = reset.path("earliest").asText();
            Expect.that(!earliest.isEmpty(), "a cursor as earliest in the reset", reset);
            Expect.same(
                    "revisions after earliest",
                    List.of(1L, 2L),
                    machine.http().get(machine.feed(earliest)).revisions());
        }
    }

    private static void snapshotPages(CaseContext setting) throws Exception {
        TestDevice machine = setting.machine();
        List<String> placed = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            placed.add(setting.order(machine));
        }
        List<String> shown = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        String next = machine.snapshot() + "?limit=2";
        while (!next.isEmpty() && sizes.size() <= placed.size()) {
            JsonNode page = machine.http().get(next).expect(200).json();
            Expect.that(page.path("cursor").isTextual(), "a cursor on each page of the snapshot", page);
            sizes.add(page.path("orders").size());
            page.path("orders").forEach(order -> shown.add(order.path("id").asText()));
            next = page.path("next").asText();
        }
        Expect.same("orders of the snapshot", placed, shown);
        Expect.same("sizes of the pages", List.of(2, 2, 1), sizes);
    }

    private static void snapshotThenFeedLosesNothing(CaseContext setting) throws Exception {
        TestDevice machine = setting.machine();
        Set<String> placed = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            placed.add(setting.order(machine));
        }
        EventCases.send(setting, machine, "e1");
        String cursor = machine.http().get(machine.feed()).cursor();
        JsonNode reset = machine.http()
                .get(machine.feed(ofAnotherLog(cursor)))
                .expect(410)
                .json();
        JsonNode first =
                machine.http().get(machine.snapshot() + "?limit=2").expect(200).json();
        placed.add(setting.order(machine));
        Set<String> known = new HashSet<>();
        JsonNode page = first;
        for (int i = 0; i < 9; i++) {
            page.path("orders").forEach(order -> known.add(order.path("id").asText()));
            if (!page.path("next").isTextual()) {
                break;
            }
            page = machine.http().get(page.path("next").asText()).expect(200).json();
        }
        placed.add(setting.order(machine));
        List<JsonNode> rest =
                machine.http().get(machine.feed(first.path("cursor").asText())).changes();
        rest.forEach(change -> known.add(change.path("subject").asText()));
        Expect.same("orders of the snapshot and the feed after it", placed, known);
        Expect.same(
                "first revision after the snapshot's cursor",
                5L,
                rest.get(0).path("revision").asLong());
        Expect.same(
                "revisions after the reset's earliest cursor",
                List.of(1L, 2L, 3L, 4L, 5L, 6L),
                machine.http()
                        .get(machine.feed(reset.path("earliest").asText()))
                        .revisions());
    }
}
