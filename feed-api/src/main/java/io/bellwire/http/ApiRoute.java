package io.bellwire.http;

import io.bellwire.log.FeedId;
import io.bellwire.registry.DeviceId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One operation of the API. Immutable.
 *
 * @param template the path, with parameters in braces
 * @param access who may call it
 * @param query the names of the query parameters it knows
 * @param contentTypes what its body may be; empty if the route does not care or takes none
 * @param bodyBytesMax the body's limit
 */
record ApiRoute(
        String method,
        String template,
        Access access,
        Set<String> query,
        List<String> contentTypes,
        int bodyBytesMax,
        Endpoint endpoint) {
    private static final String DEVICES = "/v1/devices/{id}";
    private static final String PARTNERS = "/v1/partners/{id}";

    /** Who may call a route. */
    enum Access {
        ANYBODY,
        OPERATOR,
        /** The operator, and the device or partner that the path names. */
        OPERATOR_OR_OWNER,
        /** Every known caller: the endpoint looks closer. */
        KNOWN
    }

    ApiRoute {
        query = Set.copyOf(query);
        contentTypes = List.copyOf(contentTypes);
    }

    static ApiRoute read(String template, Access access, Set<String> query, Endpoint endpoint) {
        return new ApiRoute("GET", template, access, query, List.of(), 0, endpoint);
    }

    /** An operation without a body. */
    static ApiRoute act(String method, String template, Access access, Endpoint endpoint) {
        return new ApiRoute(method, template, access, Set.of(), List.of(), 0, endpoint);
    }

    static ApiRoute write(
            String method,
            String template,
            Access access,
            List<String> contentTypes,
            int bodyBytesMax,
            Endpoint endpoint) {
        return new ApiRoute(method, template, access, Set.of(), contentTypes, bodyBytesMax, endpoint);
    }

    boolean isOfPartners() {
        return template.startsWith(PARTNERS);
    }

    /** The feed of the device or partner that the path names; null if it names none. */
    @Nullable FeedId owner(Map<String, String> path) {
        String id = path.get("id");
        if (id == null || !DeviceId.isValid(id)) {
            return null;
        }
        if (isOfPartners()) {
            return FeedId.ofPartner(id);
        }
        return template.startsWith(DEVICES) ? FeedId.ofDevice(new DeviceId(id)) : null;
    }
}
