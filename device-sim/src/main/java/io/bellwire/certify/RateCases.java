package io.bellwire.certify;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Cases about a device that sends too many requests. */
final class RateCases {
    static final List<ConformanceCase> ALL = List.of(new ConformanceCase(
            67,
            "rate-limited-says-when",
            "A caller that asks too often gets 429 rate-limited with Retry-After in whole seconds, at least 1; after that it is served.",
            RateCases::rateLimitedSaysWhen));

    private static final int REQUESTS = 600;
    private static final long WAIT_SECONDS_MAX = 60;

    private RateCases() {}

    private static void rateLimitedSaysWhen(CaseContext context) throws Exception {
        TestDevice device = context.newDevice();
        List<CompletableFuture<HttpReply>> sent = new ArrayList<>();
        // in waves, as the HTTP client queues no more at once
        for (int i = 0; i < REQUESTS; i++) {
            sent.add(device.http().sendAsync("GET", device.path(), ""));
            if (sent.size() % 50 == 0) {
                sent.get(sent.size() - 1).get();
            }
        }
        HttpReply refused = null;
        for (CompletableFuture<HttpReply> one : sent) {
            HttpReply reply = one.get();
            if (reply.status() == 429) {
                reply.problem(429, "rate-limited");
                String seconds = reply.header("Retry-After");
                Expect.that(
                        seconds.matches("[1-9][0-9]{0,4}"), "Retry-After in whole seconds from 1 with a 429", seconds);
                refused = reply;
            } else {
                reply.expect(200);
            }
        }
        if (refused == null) {
            throw new SkippedCase("no limit was met with " + REQUESTS + " requests");
        }
        long seconds = Long.parseLong(refused.header("Retry-After"));
        if (seconds > WAIT_SECONDS_MAX || seconds * 1_000 > context.timeout().toMillis()) {
            throw new SkippedCase(
                    "the server asks for a pause of " + seconds + " s, which is longer than this case waits");
        }
        context.pause(seconds * 1_000);
        device.http().get(device.path()).expect(200);
    }
}
