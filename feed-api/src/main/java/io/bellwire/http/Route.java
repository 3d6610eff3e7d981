package io.bellwire.http;

import java.util.List;
import java.util.Set;

/**
 * One operation of the API. Immutable.
 *
 * @param template the path, with parameters in braces
 * @param access who may call it
 * @param query the names of the query parameters it knows
 * @param contentTypes what its body may be; empty if the route does not care or takes none
 * @param bodyBytesMax the body's limit
 */
record Route(
        String method,
        String template,
        Access access,
        Set<String> query,
        List<String> contentTypes,
        int bodyBytesMax,
        Endpoint endpoint) {
    /** Who may call a route. */
    enum Access {
        ANYBODY,
        OPERATOR,
        /** The operator, and the device that the path names. */
        OPERATOR_OR_PATH_DEVICE,
        /** Every known caller: the endpoint looks closer. */
        KNOWN
    }

    Route {
        query = Set.copyOf(query);
        contentTypes = List.copyOf(contentTypes);
    }

    static Route read(String template, Access access, Set<String> query, Endpoint endpoint) {
        return new Route("GET", template, access, query, List.of(), 0, endpoint);
    }

    /** An operation without a body. */
    static Route act(String method, String template, Access access, Endpoint endpoint) {
        return new Route(method, template, access, Set.of(), List.of(), 0, endpoint);
    }

    static Route write(
            String method,
            String template,
            Access access,
            List<String> contentTypes,
            int bodyBytesMax,
            Endpoint endpoint) {
        return new Route(method, template, access, Set.of(), contentTypes, bodyBytesMax, endpoint);
    }
}
