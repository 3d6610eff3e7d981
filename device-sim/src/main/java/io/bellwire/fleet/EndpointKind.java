package io.bellwire.fleet;

import java.net.URI;

/**
 * What kind of endpoint a partner of a fleet has, by its number, so that a fleet of five has each payload, each ordering,
 * batches, and each way to make up for what was lost. Immutable.
 *
 * @param settings the members of the endpoint's JSON besides its URL
 */
record EndpointKind(Recovery recovery, boolean acknowledges, Ordering ordering, String settings) {
    /** Calls in a second: so many that a replay of a whole run takes a second or two. */
    static final int PER_SECOND = 1_000;

    /** How a partner gets what calls have not brought, or what it had and has lost. */
    enum Recovery {
        /** Not at all: it loses nothing, and shows that calls skip nothing. */
        NONE,
        FEED,
        /** It never reads its feed, unless a replay is impossible. */
        REPLAY
    }

    /** In which order its calls bring changes. */
    enum Ordering {
        FEED,
        ORDER,
        /** In none, or the calls bring no changes. */
        NONE
    }

    static EndpointKind of(int number) {
        return switch (number % 5) {
            case 0 ->
                new EndpointKind(
                        Recovery.NONE,
                        false,
                        Ordering.ORDER,
                        "\"payload\":\"full\",\"ordering\":\"order\",\"parallelism\":8");
            case 1 ->
                new EndpointKind(
                        Recovery.FEED,
                        true,
                        Ordering.NONE,
                        "\"payload\":\"event\",\"ordering\":\"none\",\"parallelism\":4");
            // this one lies: what it has not applied is brought by replays only
            case 2 ->
                new EndpointKind(Recovery.REPLAY, true, Ordering.FEED, "\"payload\":\"full\",\"ordering\":\"feed\"");
            case 3 ->
                new EndpointKind(
                        Recovery.REPLAY,
                        false,
                        Ordering.FEED,
                        "\"payload\":\"full\",\"ordering\":\"feed\",\"batch_max\":20");
            default -> new EndpointKind(Recovery.FEED, true, Ordering.NONE, "\"payload\":\"signal\"");
        };
    }

    /** The body of the request that creates such an endpoint. */
    String json(URI url) {
        return "{\"url\":\"" + url + "\"," + settings + ",\"acknowledges\":" + acknowledges + ",\"rate_per_s\":"
                + PER_SECOND + "}";
    }
}
