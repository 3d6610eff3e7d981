package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Servers that break a rule of the feed, the snapshot or the positions. */
final class FeedFaults {
    private FeedFaults() {}

    static Stream<HttpFault> all() {
        return Stream.of(feed(), polls(), resets(), positions()).flatMap(List::stream);
    }

    private interface PageEdit {
        Told edit(Asked asked, Told page) throws Exception;
    }

    /** Distorts answers with pages, and leaves all others alone. */
    private static Distortion pages(PageEdit edit) {
        return (asked, upstream) -> {
            Told told = upstream.ask(asked);
            return asked.isFeed() && told.status() == 200 ? edit.edit(asked, told) : told;
        };
    }

    private static List<HttpFault> feed() {
        return List.of(
                new HttpFault(
                        "cursor-exact-resumption",
                        "a page loses its last change",
                        "ids in pages of 2",
                        pages((asked, page) -> asked.path().contains("limit=2")
                                ? page.withChanges(changes -> changes.remove(changes.size() - 1))
                                : page)),
                new HttpFault(
                        "cursor-exact-resumption",
                        "a page repeats a change",
                        "ids in pages of 7",
                        pages((asked, page) -> asked.path().contains("limit=7")
                                ? page.withChanges(changes -> changes.set(1, changes.get(0)))
                                : page)),
                new HttpFault(
                        "cursor-exact-resumption",
                        "a change differs from page to page",
                        "changes in pages of 3",
                        pages((asked, page) -> asked.path().contains("limit=3") ? page.with("lungo", "doppio") : page)),
                new HttpFault(
                        "cursor-empty-is-beginning",
                        "an empty cursor reads nothing",
                        "with an empty cursor",
                        pages((asked, page) ->
                                asked.path().endsWith("cursor=") ? page.withChanges(c -> c.removeAll()) : page)),
                new HttpFault(
                        "page-never-changes",
                        "a full page changes when read again",
                        "the same bytes again",
                        pages(onSecondRead(page -> page.with("lungo", "doppio")))),
                new HttpFault(
                        "page-never-changes",
                        "a full page may not be kept",
                        "Cache-Control of a full page",
                        pages((asked, page) -> page.withHeader("Cache-Control", "no-store"))),
                new HttpFault(
                        "tail-page-is-not-stored",
                        "every page may be kept",
                        "Cache-Control of a page that is not full",
                        pages((asked, page) ->
                                page.withHeader("Cache-Control", "private, max-age=31536000, immutable"))),
                new HttpFault(
                        "revisions-without-gaps",
                        "a revision is left out",
                        "expected revisions",
                        pages((asked, page) -> page.with("\"revision\":12,", "\"revision\":13,"))),
                new HttpFault(
                        "revisions-without-gaps",
                        "two changes have changed places",
                        "expected revisions",
                        pages((asked, page) -> page.withChanges(changes -> {
                            JsonNode first = changes.get(0);
                            changes.set(0, changes.get(1));
                            changes.set(1, first);
                        }))),
                new HttpFault(
                        "up-to-date-is-stated",
                        "says up to date before the head",
                        "that ends before the head",
                        pages((asked, page) -> page.withHeader("Bellwire-Up-To-Date", "true"))),
                new HttpFault(
                        "up-to-date-is-stated",
                        "never says up to date",
                        "that ends at the head",
                        pages((asked, page) -> page.withHeader("Bellwire-Up-To-Date", "false"))),
                new HttpFault(
                        "up-to-date-is-stated",
                        "an empty page forgets the cursor",
                        "Bellwire-Cursor of an empty page",
                        pages((asked, page) -> page.body().equals("[]")
                                ? page.withHeader("Bellwire-Cursor", "aaaaaaaaaa.0.0000000")
                                : page)),
                new HttpFault(
                        "event-id-is-its-cursor",
                        "ids are not cursors",
                        "Bellwire-Cursor",
                        pages((asked, page) -> page.with("\"id\":\"([a-z0-9]{10})\\.", "\"id\":\"$1-"))),
                new HttpFault(
                        "events-are-cloudevents",
                        "a page is plain JSON",
                        "Content-Type of a page",
                        pages((asked, page) -> page.withHeader("Content-Type", "application/json"))),
                new HttpFault(
                        "events-are-cloudevents",
                        "a change lacks a part of its order",
                        "expected data",
                        pages((asked, page) -> page.with(",\"recipe_id\":\"lungo\"", ""))));
    }

    private interface Edit {
        Told edit(Told page);
    }

    private static PageEdit onSecondRead(Edit edit) {
        Set<String> read = ConcurrentHashMap.newKeySet();
        return (asked, page) -> read.add(asked.path()) ? page : edit.edit(page);
    }

    private static List<HttpFault> polls() {
        return List.of(
                new HttpFault(
                        "long-poll-answers-on-change",
                        "answers at once",
                        "a read that waits",
                        (asked, upstream) ->
                                upstream.ask(asked.withPath(asked.path().replace("wait_ms=20000", "wait_ms=0")))),
                new HttpFault(
                        "long-poll-answers-on-change",
                        "answers a change with an empty page",
                        "expected revisions",
                        pages((asked, page) -> asked.path().contains("wait_ms")
                                ? page.withChanges(changes -> changes.removeAll())
                                : page)),
                new HttpFault(
                        "long-poll-ends-empty",
                        "does not wait",
                        "an answer after",
                        (asked, upstream) ->
                                upstream.ask(asked.withPath(asked.path().replace("wait_ms=400", "wait_ms=0")))),
                new HttpFault(
                        "long-poll-ends-empty",
                        "ends without a page",
                        "expected 200",
                        pages((asked, page) -> page.body().equals("[]") ? page.withStatus(204) : page)),
                new HttpFault(
                        "http-feeds-names",
                        "does not know lastEventId",
                        "after lastEventId",
                        (asked, upstream) ->
                                upstream.ask(asked.withPath(asked.path().replaceAll("lastEventId=[^&]*", "cursor=")))),
                new HttpFault(
                        "http-feeds-names",
                        "does not know timeout",
                        "an answer after",
                        (asked, upstream) ->
                                upstream.ask(asked.withPath(asked.path().replaceAll("&timeout=[^&]*", "")))),
                new HttpFault(
                        "limits-are-kept",
                        "takes any limit",
                        "expected 400",
                        (asked, upstream) ->
                                upstream.ask(asked.withPath(asked.path().replaceAll("limit=[^&]*", "limit=1")))),
                new HttpFault(
                        "limits-are-kept",
                        "takes any cursor",
                        "expected 400",
                        (asked, upstream) ->
                                upstream.ask(asked.withPath(asked.path().replaceAll("cursor=[^&]*", "cursor=")))));
    }

    /** Instead of a reset, an empty page. */
    private static Told noReset(Told told) {
        return told.status() == 410
                ? new Told(
                        200,
                        Map.of(
                                "Content-Type", HttpReply.BATCH,
                                "Bellwire-Cursor", "aaaaaaaaaa.0.0000000",
                                "Bellwire-Up-To-Date", "true"),
                        "[]")
                : told;
    }

    private static List<HttpFault> resets() {
        return List.of(
                new HttpFault(
                        "reset-epoch-changed",
                        "goes on with a cursor of another log",
                        "expected 410",
                        (asked, upstream) -> noReset(upstream.ask(asked))),
                new HttpFault(
                        "reset-epoch-changed",
                        "gives another reason",
                        "reason of the reset",
                        (asked, upstream) -> upstream.ask(asked).with("epoch-changed", "before-retention")),
                new HttpFault(
                        "reset-ahead-of-log",
                        "goes on with a cursor past the head",
                        "expected 410",
                        (asked, upstream) -> noReset(upstream.ask(asked))),
                new HttpFault(
                        "reset-names-snapshot-and-earliest",
                        "does not say where the snapshot is",
                        "snapshot in the reset",
                        (asked, upstream) -> upstream.ask(asked).withObject(410, reset -> reset.remove("snapshot"))),
                new HttpFault(
                        "reset-names-snapshot-and-earliest",
                        "names the newest cursor as earliest",
                        "revisions after earliest",
                        (asked, upstream) -> {
                            if (!asked.isFeed()) {
                                return upstream.ask(asked);
                            }
                            String head = headOf(asked, upstream);
                            return upstream.ask(asked).withObject(410, reset -> reset.put("earliest", head));
                        }),
                new HttpFault(
                        "snapshot-pages",
                        "the second page is the last",
                        "orders of the snapshot",
                        (asked, upstream) -> asked.isSnapshot() && asked.path().contains("after=")
                                ? upstream.ask(asked).withObject(200, page -> page.remove("next"))
                                : upstream.ask(asked)),
                new HttpFault(
                        "snapshot-pages",
                        "shows the newest order first",
                        "orders of the snapshot",
                        (asked, upstream) -> asked.isSnapshot()
                                ? upstream.ask(asked).withObject(200, FeedFaults::reverseOrders)
                                : upstream.ask(asked)),
                new HttpFault(
                        "snapshot-then-feed-loses-nothing",
                        "reads the position after the orders",
                        "orders of the snapshot and the feed",
                        (asked, upstream) -> {
                            Told told = upstream.ask(asked);
                            boolean isAfterSnapshot =
                                    asked.isFeed() && asked.path().matches(".*cursor=[a-z0-9]+\\.4\\..*");
                            return isAfterSnapshot && told.status() == 200
                                    ? upstream.ask(asked.withPath(asked.path()
                                            .replaceAll("cursor=[^&]*", "cursor=" + headOf(asked, upstream))))
                                    : told;
                        }),
                new HttpFault(
                        "snapshot-then-feed-loses-nothing",
                        "names the snapshot's cursor as earliest",
                        "revisions after the reset's earliest",
                        (asked, upstream) -> asked.isFeed()
                                ? upstream.ask(asked)
                                        .with(
                                                "\"earliest\":\"[^\"]*\"",
                                                "\"earliest\":\"" + headOf(asked, upstream) + "\"")
                                : upstream.ask(asked)),
                new HttpFault(
                        "reset-other-feed",
                        "goes on with a cursor of another device",
                        "expected 410",
                        (asked, upstream) -> noReset(upstream.ask(asked))),
                new HttpFault(
                        "reset-cursor-not-in-log",
                        "does not look at the chain",
                        "expected 410",
                        (asked, upstream) -> noReset(upstream.ask(asked))),
                new HttpFault(
                        "reset-cursor-not-in-log",
                        "gives another reason",
                        "reason of the reset",
                        (asked, upstream) -> upstream.ask(asked).with("cursor-not-in-log", "ahead-of-log")));
    }

    private static String headOf(Asked feed, Distortion.Upstream upstream) throws Exception {
        Told page = upstream.ask(feed.withPath(feed.path().replaceAll("\\?.*", "")));
        return String.valueOf(page.headers().get("Bellwire-Head"));
    }

    private static void reverseOrders(ObjectNode page) {
        List<JsonNode> orders = new ArrayList<>();
        page.path("orders").forEach(orders::add);
        Collections.reverse(orders);
        page.putArray("orders").addAll(orders);
    }

    private static List<HttpFault> positions() {
        return List.of(
                new HttpFault(
                        "ack-moves-up-only",
                        "moves back",
                        "expected processed",
                        (asked, upstream) -> asked.is("POST", ".*/acks")
                                ? upstream.ask(asked).withObject(200, positions -> {
                                    try {
                                        positions.set("processed", asked.json().get("processed"));
                                    } catch (java.io.IOException notJson) {
                                        throw new java.io.UncheckedIOException(notJson);
                                    }
                                })
                                : upstream.ask(asked)),
                new HttpFault(
                        "ack-ahead-is-conflict",
                        "accepts what is ahead of the head",
                        "expected 409",
                        (asked, upstream) -> {
                            Told told = upstream.ask(asked);
                            return told.status() == 409 ? told.withStatus(200) : told;
                        }),
                new HttpFault(
                        "ack-other-epoch-is-reset",
                        "takes another log's cursor for a conflict",
                        "expected 410",
                        (asked, upstream) -> {
                            Told told = upstream.ask(asked);
                            return told.status() == 410 ? told.withStatus(409) : told;
                        }),
                new HttpFault(
                        "ack-cursor-not-in-log-is-reset",
                        "does not look at the chain",
                        "expected 410",
                        (asked, upstream) -> {
                            Told told = upstream.ask(asked);
                            return told.status() == 410 ? told.withStatus(200) : told;
                        }),
                new HttpFault(
                        "positions-are-shown",
                        "counts what is acknowledged as pending",
                        "expected pending",
                        (asked, upstream) -> asked.is("GET", "/v1/devices/[^/]+")
                                ? upstream.ask(asked).withObject(200, shown -> shown.set("pending", shown.get("head")))
                                : upstream.ask(asked)),
                new HttpFault(
                        "positions-are-shown",
                        "does not notice what was read",
                        "expected received",
                        (asked, upstream) ->
                                upstream.ask(asked.isFeed() ? asked.withToken(upstream.operatorToken()) : asked)));
    }
}
