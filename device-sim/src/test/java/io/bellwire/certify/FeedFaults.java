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

/** Faults that break a rule about the feed, the snapshot or the positions. */
final class FeedFaults {
    private FeedFaults() {}

    static Stream<HttpFault> all() {
        return Stream.of(feed(), polls(), resets(), positions()).flatMap(List::stream);
    }

    private interface PageEdit {
        ProxiedResponse edit(ProxiedRequest request, ProxiedResponse page) throws Exception;
    }

    /** Distorts only answers with pages. */
    private static Distortion pages(PageEdit edit) {
        return (request, upstream) -> {
            ProxiedResponse response = upstream.send(request);
            return request.isFeed() && response.status() == 200 ? edit.edit(request, response) : response;
        };
    }

    private static List<HttpFault> feed() {
        return List.of(
                new HttpFault(
                        "cursor-exact-resumption",
                        "a page loses its last change",
                        "ids in pages of 2",
                        pages((request, page) -> request.path().contains("limit=2")
                                ? page.withChanges(changes -> changes.remove(changes.size() - 1))
                                : page)),
                new HttpFault(
                        "cursor-exact-resumption",
                        "a page repeats a change",
                        "ids in pages of 7",
                        pages((request, page) -> request.path().contains("limit=7")
                                ? page.withChanges(changes -> changes.set(1, changes.get(0)))
                                : page)),
                new HttpFault(
                        "cursor-exact-resumption",
                        "a change differs from page to page",
                        "changes in pages of 3",
                        pages((request, page) ->
                                request.path().contains("limit=3") ? page.with("lungo", "doppio") : page)),
                new HttpFault(
                        "cursor-empty-is-beginning",
                        "an empty cursor reads nothing",
                        "with an empty cursor",
                        pages((request, page) ->
                                request.path().endsWith("cursor=") ? page.withChanges(c -> c.removeAll()) : page)),
                new HttpFault(
                        "page-never-changes",
                        "a full page changes when read again",
                        "the same bytes again",
                        pages(onSecondRead(page -> page.with("lungo", "doppio")))),
                new HttpFault(
                        "page-never-changes",
                        "a full page may not be kept",
                        "Cache-Control of a full page",
                        pages((request, page) -> page.withHeader("Cache-Control", "no-store"))),
                new HttpFault(
                        "tail-page-is-not-stored",
                        "every page may be kept",
                        "Cache-Control of a page that is not full",
                        pages((request, page) ->
                                page.withHeader("Cache-Control", "private, max-age=31536000, immutable"))),
                new HttpFault(
                        "revisions-without-gaps",
                        "a revision is left out",
                        "expected revisions",
                        pages((request, page) -> page.with("\"revision\":12,", "\"revision\":13,"))),
                new HttpFault(
                        "revisions-without-gaps",
                        "two changes have changed places",
                        "expected revisions",
                        pages((request, page) -> page.withChanges(changes -> {
                            JsonNode first = changes.get(0);
                            changes.set(0, changes.get(1));
                            changes.set(1, first);
                        }))),
                new HttpFault(
                        "up-to-date-is-stated",
                        "says up to date before the head",
                        "that ends before the head",
                        pages((request, page) -> page.withHeader("Bellwire-Up-To-Date", "true"))),
                new HttpFault(
                        "up-to-date-is-stated",
                        "never says up to date",
                        "that ends at the head",
                        pages((request, page) -> page.withHeader("Bellwire-Up-To-Date", "false"))),
                new HttpFault(
                        "up-to-date-is-stated",
                        "an empty page has another cursor",
                        "Bellwire-Cursor of an empty page",
                        pages((request, page) -> page.body().strip().equals("[]")
                                ? page.withHeader("Bellwire-Cursor", "aaaaaaaaaa.0.0000000")
                                : page)),
                new HttpFault(
                        "event-id-is-its-cursor",
                        "ids are not cursors",
                        "Bellwire-Cursor",
                        pages((request, page) -> page.with("\"id\":\"([a-z0-9]{10})\\.", "\"id\":\"$1-"))),
                new HttpFault(
                        "events-are-cloudevents",
                        "a page is plain JSON",
                        "Content-Type of a page",
                        pages((request, page) -> page.withHeader("Content-Type", "application/json"))),
                new HttpFault(
                        "events-are-cloudevents",
                        "a change lacks a part of its order",
                        "expected data",
                        pages((request, page) -> page.with(",\"recipe_id\":\"lungo\"", ""))));
    }

    private interface Edit {
        ProxiedResponse edit(ProxiedResponse page);
    }

    private static PageEdit onSecondRead(Edit edit) {
        Set<String> read = ConcurrentHashMap.newKeySet();
        return (request, page) -> read.add(request.path()) ? page : edit.edit(page);
    }

    private static List<HttpFault> polls() {
        return List.of(
                new HttpFault(
                        "long-poll-answers-on-change",
                        "answers at once",
                        "a read that waits",
                        (request, upstream) ->
                                upstream.send(request.withPath(request.path().replace("wait_ms=20000", "wait_ms=0")))),
                new HttpFault(
                        "long-poll-answers-on-change",
                        "answers a change with an empty page",
                        "expected revisions",
                        pages((request, page) -> request.path().contains("wait_ms")
                                ? page.withChanges(changes -> changes.removeAll())
                                : page)),
                new HttpFault(
                        "long-poll-ends-empty",
                        "does not wait",
                        "an answer after",
                        (request, upstream) ->
                                upstream.send(request.withPath(request.path().replace("wait_ms=400", "wait_ms=0")))),
                new HttpFault(
                        "long-poll-ends-empty",
                        "ends without a page",
                        "expected 200",
                        pages((request, page) -> page.body().strip().equals("[]") ? page.withStatus(204) : page)),
                new HttpFault(
                        "http-feeds-names",
                        "does not know lastEventId",
                        "after lastEventId",
                        (request, upstream) -> upstream.send(
                                request.withPath(request.path().replaceAll("lastEventId=[^&]*", "cursor=")))),
                new HttpFault(
                        "http-feeds-names",
                        "does not know timeout",
                        "an answer after",
                        (request, upstream) ->
                                upstream.send(request.withPath(request.path().replaceAll("&timeout=[^&]*", "")))),
                new HttpFault(
                        "limits-are-kept",
                        "takes any limit",
                        "expected 400",
                        (request, upstream) ->
                                upstream.send(request.withPath(request.path().replaceAll("limit=[^&]*", "limit=1")))),
                new HttpFault(
                        "limits-are-kept",
                        "takes any cursor",
                        "expected 400",
                        (request, upstream) ->
                                upstream.send(request.withPath(request.path().replaceAll("cursor=[^&]*", "cursor=")))));
    }

    /** Replaces a reset by an empty page. */
    private static ProxiedResponse noReset(ProxiedResponse response) {
        return response.status() == 410
                ? new ProxiedResponse(
                        200,
                        Map.of(
                                "Content-Type", HttpReply.BATCH,
                                "Bellwire-Cursor", "aaaaaaaaaa.0.0000000",
                                "Bellwire-Up-To-Date", "true"),
                        "[]")
                : response;
    }

    private static List<HttpFault> resets() {
        return List.of(
                new HttpFault(
                        "reset-epoch-changed",
                        "goes on with a cursor of another log",
                        "expected 410",
                        (request, upstream) -> noReset(upstream.send(request))),
                new HttpFault(
                        "reset-epoch-changed",
                        "gives another reason",
                        "reason of the reset",
                        (request, upstream) -> upstream.send(request).with("epoch-changed", "before-retention")),
                new HttpFault(
                        "reset-ahead-of-log",
                        "goes on with a cursor past the head",
                        "expected 410",
                        (request, upstream) -> noReset(upstream.send(request))),
                new HttpFault(
                        "reset-names-snapshot-and-earliest",
                        "does not say where the snapshot is",
                        "snapshot in the reset",
                        (request, upstream) ->
                                upstream.send(request).withObject(410, reset -> reset.remove("snapshot"))),
                new HttpFault(
                        "reset-names-snapshot-and-earliest",
                        "names the newest cursor as earliest",
                        "revisions after earliest",
                        (request, upstream) -> {
                            if (!request.isFeed()) {
                                return upstream.send(request);
                            }
                            String head = headOf(request, upstream);
                            return upstream.send(request).withObject(410, reset -> reset.put("earliest", head));
                        }),
                new HttpFault(
                        "snapshot-pages",
                        "the second page is the last",
                        "orders of the snapshot",
                        (request, upstream) ->
                                request.isSnapshot() && request.path().contains("after=")
                                        ? upstream.send(request).withObject(200, page -> page.remove("next"))
                                        : upstream.send(request)),
                new HttpFault(
                        "snapshot-pages",
                        "shows the newest order first",
                        "orders of the snapshot",
                        (request, upstream) -> request.isSnapshot()
                                ? upstream.send(request).withObject(200, FeedFaults::reverseOrders)
                                : upstream.send(request)),
                new HttpFault(
                        "snapshot-then-feed-loses-nothing",
                        "reads the position after the orders",
                        "orders of the snapshot and the feed",
                        (request, upstream) -> {
                            ProxiedResponse response = upstream.send(request);
                            boolean isAfterSnapshot =
                                    request.isFeed() && request.path().matches(".*cursor=[a-z0-9]+\\.4\\..*");
                            return isAfterSnapshot && response.status() == 200
                                    ? upstream.send(request.withPath(request.path()
                                            .replaceAll("cursor=[^&]*", "cursor=" + headOf(request, upstream))))
                                    : response;
                        }),
                new HttpFault(
                        "snapshot-then-feed-loses-nothing",
                        "names the snapshot's cursor as earliest",
                        "revisions after the reset's earliest",
                        (request, upstream) -> request.isFeed()
                                ? upstream.send(request)
                                        .with(
                                                "\"earliest\":\"[^\"]*\"",
                                                "\"earliest\":\"" + headOf(request, upstream) + "\"")
                                : upstream.send(request)),
                new HttpFault(
                        "reset-other-feed",
                        "goes on with a cursor of another device",
                        "expected 410",
                        (request, upstream) -> noReset(upstream.send(request))),
                new HttpFault(
                        "reset-cursor-not-in-log",
                        "does not check the chain",
                        "expected 410",
                        (request, upstream) -> noReset(upstream.send(request))),
                new HttpFault(
                        "reset-cursor-not-in-log",
                        "gives another reason",
                        "reason of the reset",
                        (request, upstream) -> upstream.send(request).with("cursor-not-in-log", "ahead-of-log")));
    }

    private static String headOf(ProxiedRequest feed, Distortion.Upstream upstream) throws Exception {
        ProxiedResponse page = upstream.send(feed.withPath(feed.path().replaceAll("\\?.*", "")));
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
                        (request, upstream) -> request.is("POST", ".*/acks")
                                ? upstream.send(request).withObject(200, positions -> {
                                    try {
                                        String cursor =
                                                request.json().get("processed").asText();
                                        positions.put("processed", Long.parseLong(cursor.split("\\.", -1)[1]));
                                    } catch (java.io.IOException notJson) {
                                        throw new java.io.UncheckedIOException(notJson);
                                    }
                                })
                                : upstream.send(request)),
                new HttpFault(
                        "ack-ahead-is-conflict",
                        "accepts what is ahead of the head",
                        "expected 409",
                        (request, upstream) -> {
                            ProxiedResponse response = upstream.send(request);
                            return response.status() == 409 ? response.withStatus(200) : response;
                        }),
                new HttpFault(
                        "ack-other-epoch-is-reset",
                        "takes another log's cursor for a conflict",
                        "expected 410",
                        (request, upstream) -> {
                            ProxiedResponse response = upstream.send(request);
                            return response.status() == 410 ? response.withStatus(409) : response;
                        }),
                new HttpFault(
                        "ack-cursor-not-in-log-is-reset",
                        "does not check the chain",
                        "expected 410",
                        (request, upstream) -> {
                            ProxiedResponse response = upstream.send(request);
                            return response.status() == 410 ? response.withStatus(200) : response;
                        }),
                new HttpFault(
                        "positions-are-shown",
                        "counts what is acknowledged as pending",
                        "expected pending",
                        (request, upstream) -> request.is("GET", "/v1/devices/[^/]+")
                                ? upstream.send(request)
                                        .withObject(
                                                200,
                                                registration -> registration.set("pending", registration.get("head")))
                                : upstream.send(request)),
                new HttpFault(
                        "positions-are-shown",
                        "does not notice what was read",
                        "expected received",
                        (request, upstream) -> upstream.send(
                                request.isFeed() ? request.withToken(upstream.operatorToken()) : request)));
    }
}
