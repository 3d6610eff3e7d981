package io.bellwire.feedapi;

import io.bellwire.http.HttpApi;
import io.bellwire.http.ServingTimes;
import io.bellwire.tls.Transport;
import java.net.URI;
import java.util.concurrent.CompletableFuture;

/** Gives the tests of other packages what {@link FeedApi} keeps to itself. */
public final class FeedApiAccess {
    private FeedApiAccess() {}

    public static URI serve(FeedApi api, ServingTimes times, long expireIntervalMillis) {
        return serve(api, times, Transport.PLAIN, expireIntervalMillis);
    }

    public static URI serve(FeedApi api, ServingTimes times, Transport transport, long expireIntervalMillis) {
        return api.serve(times, transport, expireIntervalMillis);
    }

    public static HttpApi http(FeedApi api) {
        return api.http();
    }

    public static CompletableFuture<Long> expireOldEvents(FeedApi api) {
        return api.expireOldEvents();
    }
}
