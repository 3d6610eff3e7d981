package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.LongStream;

/** Cases about reading the feed. */
final class FeedCases {
    private static final int WAIT_MILLIS = 400;
    /** How much earlier than asked an answer may come, as clocks are not exact to the millisecond. */
    private static final int EARLY_MILLIS = 50;

    static final List<ConformanceCase> ALL = List.of(
            new ConformanceCase(
                    1,
                    "cursor-exact-resumption",
                    "However the feed is split into pages, following the cursor gives the same changes, each once.",
                    FeedCases::cursorExactResumption),
            new ConformanceCase(
                    2,
                    "cursor-empty-is-beginning",
                    "No cursor, and an empty one, read from the beginning.",
                    FeedCases::cursorEmptyIsBeginning),
            new ConformanceCase(
                    3,
                    "page-never-changes",
                    "A full page is the same bytes whenever it is asked for, and may be kept for ever.",
                    FeedCases::pageNeverChanges),
            new ConformanceCase(
                    4,
                    "tail-page-is-not-stored",
                    "A page that is not full says no-store.",
                    FeedCases::tailPageIsNotStored),
            new ConformanceCase(
                    5,
                    "revisions-without-gaps",
                    "Changes that are committed concurrently have revisions 1, 2, 3... without gaps.",
                    FeedCases::revisionsWithoutGaps),
            new ConformanceCase(
                    6,
                    "up-to-date-is-stated",
                    "Each answer says whether it ends at the head, which is the newest change's cursor.",
                    FeedCases::upToDateIsStated),
            new ConformanceCase(
                    7,
                    "event-id-is-its-cursor",
                    "A change's id is the cursor that continues right after it.",
                    FeedCases::eventIdIsItsCursor),
            new ConformanceCase(
                    8,
                    "events-are-cloudevents",
                    "A page is a CloudEvents batch; an order's change carries the whole order.",
                    FeedCases::eventsAreCloudEvents),
            new ConformanceCase(
                    9,
                    "long-poll-answers-on-change",
                    "A read that waits is answered when a change comes, not before and not at the end of its time.",
                    FeedCases::longPollAnswersOnChange),
            new ConformanceCase(
                    10,
                    "long-poll-ends-empty",
                    "A read that waits and gets no change ends in time with an empty page and the same cursor.",
                    FeedCases::longPollEndsEmpty),
            new ConformanceCase(
                    11,
                    "http-feeds-names",
                    "lastEventId and timeout are other names for cursor and wait_ms.",
                    FeedCases::httpFeedsNames),
            new ConformanceCase(
                    12,
                    "limits-are-kept",
                    "limit is 1 to 1000 and wait_ms 0 to 60000; anything else, or no cursor of this form, is 400.",
                    FeedCases::limitsAreKept));

    private FeedCases() {}

    private static void cursorExactResumption(CaseContext context) throws Exception {
        int orders = 7;
        TestDevice device = context.newDevice(orders);
        List<JsonNode> whole = device.http().get(device.feed()).changes();
        Expect.same("number of changes", orders, whole.size());
        for (int limit : new int[] {1, 2, 3, orders}) {
            List<JsonNode> pieces = new ArrayList<>();
            String cursor = "";
            HttpReply page;
            do {
                page = device.http().get(device.feed(cursor) + "&limit=" + limit);
                List<JsonNode> changes = page.changes();
                Expect.that(changes.size() <= limit, limit + " changes at most", changes.size());
                pieces.addAll(changes);
                cursor = page.cursor();
            } while (!page.isUpToDate() && pieces.size() <= orders);
            Expect.same("ids in pages of " + limit, ids(whole), ids(pieces));
            Expect.same("changes in pages of " + limit, whole, pieces);
        }
    }

    private static List<String> ids(List<JsonNode> changes) {
        return changes.stream().map(change -> change.path("id").asText()).toList();
    }

    private static void cursorEmptyIsBeginning(CaseContext context) throws Exception {
        TestDevice device = context.newDevice(2);
        Expect.same(
                "revisions without a cursor",
                List.of(1L, 2L),
                device.http().get(device.feed()).revisions());
        Expect.same(
                "revisions with an empty cursor",
                List.of(1L, 2L),
                device.http().get(device.feed("")).revisions());
    }

    private static void pageNeverChanges(CaseContext context) throws Exception {
        TestDevice device = context.newDevice(4);
        String page = device.feed() + "?limit=3";
        HttpReply first = device.http().get(page).expect(200);
        Expect.same(
                "Cache-Control of a full page", "private, max-age=31536000, immutable", first.header("Cache-Control"));
        expectSame(first, device.http().get(page).expect(200));
        context.placeOrder(device);
        expectSame(first, device.http().get(page).expect(200));
    }

    private static void expectSame(HttpReply first, HttpReply again) throws RuleViolation {
        Expect.same(
                "the same bytes again,",
                new String(first.body(), StandardCharsets.ISO_8859_1),
                new String(again.body(), StandardCharsets.ISO_8859_1));
        Expect.same("Bellwire-Cursor again", first.cursor(), again.cursor());
    }

    private static void tailPageIsNotStored(CaseContext context) throws Exception {
        TestDevice device = context.newDevice(2);
        HttpReply tail = device.http().get(device.feed() + "?limit=3").expect(200);
        Expect.same("Cache-Control of a page that is not full", "no-store", tail.header("Cache-Control"));
        HttpReply empty = device.http().get(device.feed(tail.cursor())).expect(200);
        Expect.same("changes after the head", List.of(), empty.changes());
        Expect.same("Cache-Control of an empty page", "no-store", empty.header("Cache-Control"));
    }

    private static void revisionsWithoutGaps(CaseContext context) throws Exception {
        int orders = 12;
        TestDevice device = context.newDevice();
        List<CompletableFuture<HttpReply>> placed = new ArrayList<>();
        for (int i = 0; i < orders; i++) {
            placed.add(context.operator()
                    .sendAsync(
                            "POST", "/v1/orders", CaseContext.orderBody(device), HttpCaller.withType(HttpCaller.JSON)));
        }
        for (CompletableFuture<HttpReply> one : placed) {
            one.get().expect(201);
        }
        Expect.same(
                "revisions",
                LongStream.rangeClosed(1, orders).boxed().toList(),
                device.http().get(device.feed()).revisions());
    }

    private static void upToDateIsStated(CaseContext context) throws Exception {
        TestDevice device = context.newDevice(3);
        HttpReply first = device.http().get(device.feed() + "?limit=2");
        Expect.same("Bellwire-Up-To-Date of a page that ends before the head", false, first.isUpToDate());
        HttpReply rest = device.http().get(device.feed(first.cursor()));
        Expect.same("revisions after the first page", List.of(3L), rest.revisions());
        Expect.same("Bellwire-Up-To-Date of the page that ends at the head", true, rest.isUpToDate());
        Expect.same("Bellwire-Head", rest.cursor(), first.header("Bellwire-Head"));
        HttpReply nothing = device.http().get(device.feed(rest.cursor()));
        Expect.same("changes after the head", List.of(), nothing.changes());
        Expect.same("Bellwire-Up-To-Date of an empty page", true, nothing.isUpToDate());
        Expect.same("Bellwire-Cursor of an empty page", rest.cursor(), nothing.cursor());
    }

    private static void eventIdIsItsCursor(CaseContext context) throws Exception {
        TestDevice device = context.newDevice(4);
        HttpReply whole = device.http().get(device.feed());
        List<String> ids = ids(whole.changes());
        Expect.same("Bellwire-Cursor", ids.get(ids.size() - 1), whole.cursor());
        for (int i = 0; i < ids.size(); i++) {
            Expect.same(
                    "ids after " + ids.get(i),
                    ids.subList(i + 1, ids.size()),
                    ids(device.http().get(device.feed(ids.get(i))).changes()));
        }
    }

    private static void eventsAreCloudEvents(CaseContext context) throws Exception {
        TestDevice device = context.newDevice();
        JsonNode order = context.postOrder(device).json();
        HttpReply page = device.http().get(device.feed()).expect(200);
        Expect.same("Content-Type of a page", HttpReply.BATCH, page.mediaType());
        Expect.same("number of changes", 1, page.changes().size());
        JsonNode change = page.changes().get(0);
        Expect.same("specversion", "1.0", change.path("specversion").asText());
        Expect.same("source", device.feed(), change.path("source").asText());
        Expect.same("type", "io.bellwire.order.created", change.path("type").asText());
        Expect.same("subject", order.path("id").asText(), change.path("subject").asText());
        Expect.same(
                "datacontenttype",
                HttpCaller.JSON,
                change.path("datacontenttype").asText());
        Expect.same("data", order, change.path("data"));
        Expect.that(Times.isTime(change.path("time")), "an RFC 3339 time in UTC, in milliseconds", change.path("time"));
        Expect.that(change.path("revision").isIntegralNumber(), "a number as revision", change.path("revision"));
    }

    private static void longPollAnswersOnChange(CaseContext context) throws Exception {
        TestDevice device = context.newDevice(1);
        String cursor = device.http().get(device.feed()).cursor();
        CompletableFuture<HttpReply> poll = device.http().sendAsync("GET", device.feed(cursor) + "&wait_ms=20000", "");
        try {
            throw new RuleViolation(
                    "a read that waits while there is nothing",
                    poll.get(WAIT_MILLIS, TimeUnit.MILLISECONDS).text());
        } catch (TimeoutException itWaits) {
            context.placeOrder(device);
        }
        HttpReply answer;
        try {
            answer = poll.get(context.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException still) {
            throw new RuleViolation("an answer when the change came", "none");
        }
        Expect.same("revisions", List.of(2L), answer.revisions());
        Expect.same("Bellwire-Up-To-Date", true, answer.isUpToDate());
    }

    private static void longPollEndsEmpty(CaseContext context) throws Exception {
        TestDevice device = context.newDevice(1);
        String cursor = device.http().get(device.feed()).cursor();
        long start = context.nanos();
        HttpReply answer = device.http().get(device.feed(cursor) + "&wait_ms=" + WAIT_MILLIS);
        expectWaited(context.millisSince(start));
        Expect.same("changes", List.of(), answer.changes());
        Expect.same("Bellwire-Cursor", cursor, answer.cursor());
        Expect.same("Bellwire-Up-To-Date", true, answer.isUpToDate());
    }

    private static void expectWaited(long millis) throws RuleViolation {
        Expect.that(
                millis >= WAIT_MILLIS - EARLY_MILLIS && millis < WAIT_MILLIS + 10_000,
                "an answer after " + WAIT_MILLIS + " ms",
                "after " + millis + " ms");
    }

    private static void httpFeedsNames(CaseContext context) throws Exception {
        TestDevice device = context.newDevice(3);
        String cursor = device.http().get(device.feed() + "?limit=1").cursor();
        Expect.same(
                "revisions after lastEventId",
                List.of(2L, 3L),
                device.http().get(device.feed() + "?lastEventId=" + cursor).revisions());
        String head = device.http().get(device.feed()).cursor();
        long start = context.nanos();
        HttpReply nothing = device.http().get(device.feed() + "?lastEventId=" + head + "&timeout=" + WAIT_MILLIS);
        Expect.same("changes", List.of(), nothing.changes());
        expectWaited(context.millisSince(start));
    }

    private static void limitsAreKept(CaseContext context) throws Exception {
        TestDevice device = context.newDevice();
        for (String wrong : List.of(
                "limit=0", "limit=1001", "limit=x", "wait_ms=-1", "wait_ms=60001", "cursor=nonsense", "cursor=a.b.c")) {
            device.http().get(device.feed() + "?" + wrong).problem(400, "invalid-request");
        }
        device.http().get(device.feed() + "?limit=1000&wait_ms=0").expect(200);
    }
}
