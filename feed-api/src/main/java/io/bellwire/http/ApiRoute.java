package io.bellwire.http;

import io.bellwire.log.DeviceId;
import io.bellwire.log.FeedId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/**
 * One operation of the API: a method and a path, and what {@link ApiHandler} checks before it calls the endpoint.
 * Immutable.
 *
 * @param template the path, with parameters in braces: {@code /v1/devices/{id}/feed}
 * @param access who may call it
 * @param query the names of the query parameters that are allowed
 * @param contentTypes the media types that the body may have; empty to allow any, or if there is no body
 * @param bodyBytesMax the largest body in bytes; 0 if there is none
 */
record ApiRoute(
        String method,
        String template,
        Access access,
        Set<String> query,
        List<String> contentTypes,
        int bodyBytesMax,
        Endpoint endpoint) {
    private static final String DEVICE = "/v1/devices/{id}";
    private static final String PARTNER = "/v1/partners/{id}";
    private static final String NAMED_OPERATOR = "/v1/operators/{id}";

    /** Who may call a route. */
    enum Access {
        /** Everybody, without a token. */
        PUBLIC,
        /** Operators with the role that {@link RouteRoles} states. */
        OPERATOR,
        /** These, and the device or partner that the path names. */
        OPERATOR_OR_OWNER,
        /** Every caller with a valid token. The endpoint itself checks what the caller may see and do. */
        AUTHENTICATED
    }

    ApiRoute {
        query = Set.copyOf(query);
        contentTypes = List.copyOf(contentTypes);
    }

    /** A GET; HEAD is answered with it too. */
    static ApiRoute get(String template, Access access, Set<String> query, Endpoint endpoint) {
        return new ApiRoute("GET", template, access, query, List.of(), 0, endpoint);
    }

    /** An operation that changes something and whose requests have no body. */
    static ApiRoute withoutBody(String method, String template, Access access, Endpoint endpoint) {
        return new ApiRoute(method, template, access, Set.of(), List.of(), 0, endpoint);
    }

    /** An operation whose requests have a body. */
    static ApiRoute withBody(
            String method,
            String template,
            Access access,
            List<String> contentTypes,
            int bodyBytesMax,
            Endpoint endpoint) {
        return new ApiRoute(method, template, access, Set.of(), contentTypes, bodyBytesMax, endpoint);
    }

    /** The same with these query parameters. */
    ApiRoute withQuery(String... names) {
        return new ApiRoute(method, template, access, Set.of(names), contentTypes, bodyBytesMax, endpoint);
    }

    /** The media type of the answer, without its parameters. */
    String mediaType() {
        if (template.endsWith("/feed")) {
            return FeedEndpoint.CONTENT_TYPE;
        }
        if (template.endsWith("/signals")) {
            return EventStreamFormat.CONTENT_TYPE;
        }
        return template.equals("/metrics") ? "text/plain" : ApiResponse.JSON;
    }

    /** Whether a caller with these headers takes the answer; the answer to a DELETE need not have a body. */
    boolean isAcceptedBy(HttpFields headers) {
        return method.equals("DELETE") || AcceptHeader.allows(headers, mediaType());
    }

    boolean isPartnerRoute() {
        return template.startsWith(PARTNER);
    }

    /** What the path names: device, partner or operator. */
    String accountKind() {
        if (isPartnerRoute()) {
            return "partner";
        }
        return template.startsWith(NAMED_OPERATOR) ? "operator" : "device";
    }

    /**
     * The feed of the device, partner or operator that the path names; null if it names none.
     *
     * @param parameters what the path has in place of the template's parameters
     */
    @Nullable FeedId ownerFeed(Map<String, String> parameters) {
        String id = parameters.get("id");
        if (id == null || !DeviceId.isValid(id)) {
            return null;
        }
        if (isPartnerRoute()) {
            return FeedId.ofPartner(id);
        }
        if (template.startsWith(NAMED_OPERATOR)) {
            return FeedId.ofOperator(id);
        }
        return template.startsWith(DEVICE) ? FeedId.ofDevice(new DeviceId(id)) : null;
    }
}
