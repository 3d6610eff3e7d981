package io.bellwire.fleet;

import java.net.URI;

/**
 * What kind of endpoint a partner of a fleet has, by its number, so that a fleet of five has each payload, each ordering
 * and batches.
 *
 * @param readsFeed whether the receiver also reads its feed and acknowledges; one that does not has only what calls
 *     bring, and shows that no change is skipped
 * @param settings the members of the endpoint's JSON besides its URL
 */
record EndpointKind(boolean readsFeed, String settings) {
    private static final String CALLS_ONLY = ",\"acknowledges\":false";

    static EndpointKind of(int number) {
        return switch (number % 5) {
            case 0 ->
                new EndpointKind(false, "\"payload\":\"full\",\"ordering\":\"order\",\"parallelism\":8" + CALLS_ONLY);
            case 1 -> new EndpointKind(true, "\"payload\":\"event\",\"ordering\":\"none\",\"parallelism\":4");
            // this one lies: what it has not applied is in its feed only
            case 2 -> new EndpointKind(true, "\"payload\":\"full\",\"ordering\":\"feed\"");
            case 3 ->
                new EndpointKind(false, "\"payload\":\"full\",\"ordering\":\"feed\",\"batch_max\":20" + CALLS_ONLY);
            default -> new EndpointKind(true, "\"payload\":\"signal\"");
        };
    }

    /** The body of the request that creates such an endpoint. */
    String json(URI url) {
        return "{\"url\":\"" + url + "\"," + settings + "}";
    }
}
