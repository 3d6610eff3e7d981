package io.bellwire.feedapi;

import io.bellwire.http.HttpApi;
import io.bellwire.tls.Transport;
import java.net.URI;
import java.util.concurrent.CompletableFuture;

/** Gives the tests of other packages what {@link FeedApi} keeps to itself. */
public final class FeedApiAccess {
    private FeedApiAccess() {}

    public static URI serve(FeedApi api, long expireIntervalMillis) {
        return serve(api, Transport.PLAIN, expireIntervalMillis);
    }

    public static URI serve(FeedApi api, Transport transport, long expireIntervalMillis) {
        return api.serve(transport, expireIntervalMillis);
    }

    public static HttpApi http(FeedApi api) {
        return api.http();
    }

    public static CompletableFuture<Long> expireOldEvents(FeedApi api) {
        return api.expireOldEvents();
    }
}
