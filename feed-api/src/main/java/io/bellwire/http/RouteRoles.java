package io.bellwire.http;

import io.bellwire.registry.Role;
import java.util.Map;
import java.util.Optional;

/**
 * Which role an operator needs for which route: for a GET that of a reader, unless the table says otherwise; every
 * other route must be in the table. Devices and partners have no roles: for them {@link ApiRoute.Access} decides.
 */
final class RouteRoles {
    private static final Map<String, Role> ROLES = Map.ofEntries(
            Map.entry("GET /v1/audit/feed", Role.ADMINISTER),
            Map.entry("POST /v1/orders", Role.ORDERS),
            Map.entry("PATCH /v1/orders/{id}", Role.ORDERS),
            Map.entry("POST /v1/orders/{id}/lock", Role.ORDERS),
            Map.entry("DELETE /v1/orders/{id}/lock", Role.ORDERS),
            Map.entry("POST /v1/orders/bulk-status-change", Role.ORDERS),
            Map.entry("POST /v1/events", Role.ORDERS),
            Map.entry("PUT /v1/devices/{id}", Role.ADMINISTER),
            Map.entry("DELETE /v1/devices/{id}", Role.ADMINISTER),
            Map.entry("POST /v1/devices/{id}/secret", Role.ADMINISTER),
            Map.entry("DELETE /v1/devices/{id}/secret/old", Role.ADMINISTER),
            Map.entry("POST /v1/devices/{id}/acks", Role.ADMINISTER),
            Map.entry("PUT /v1/partners/{id}", Role.ADMINISTER),
            Map.entry("DELETE /v1/partners/{id}", Role.ADMINISTER),
            Map.entry("POST /v1/partners/{id}/secret", Role.ADMINISTER),
            Map.entry("DELETE /v1/partners/{id}/secret/old", Role.ADMINISTER),
            Map.entry("POST /v1/partners/{id}/acks", Role.ADMINISTER),
            Map.entry("PUT /v1/partners/{id}/endpoints/{name}", Role.ADMINISTER),
            Map.entry("PATCH /v1/partners/{id}/endpoints/{name}", Role.ADMINISTER),
            Map.entry("DELETE /v1/partners/{id}/endpoints/{name}", Role.ADMINISTER),
            Map.entry("POST /v1/partners/{id}/endpoints/{name}/take-back", Role.ADMINISTER),
            Map.entry("POST /v1/partners/{id}/endpoints/{name}/secret", Role.ADMINISTER),
            Map.entry("DELETE /v1/partners/{id}/endpoints/{name}/secret/old", Role.ADMINISTER),
            Map.entry("POST /v1/partners/{id}/endpoints/{name}/deliveries/{delivery}/again", Role.ADMINISTER),
            Map.entry("POST /v1/partners/{id}/endpoints/{name}/test", Role.ADMINISTER),
            Map.entry("POST /v1/partners/{id}/endpoints/{name}/replay", Role.ADMINISTER),
            Map.entry("DELETE /v1/partners/{id}/endpoints/{name}/replay", Role.ADMINISTER),
            Map.entry("POST /v1/partners/{id}/second-factor", Role.ADMINISTER),
            Map.entry("DELETE /v1/partners/{id}/second-factor", Role.ADMINISTER),
            Map.entry("POST /v1/partners/{id}/second-factor/confirm", Role.ADMINISTER),
            Map.entry("PUT /v1/groups/{kind}/{id}", Role.ADMINISTER),
            Map.entry("PUT /v1/groups/{kind}/{id}/members/{device}", Role.ADMINISTER),
            Map.entry("DELETE /v1/groups/{kind}/{id}/members/{device}", Role.ADMINISTER),
            Map.entry("PUT /v1/operators/{id}", Role.ADMINISTER),
            Map.entry("PATCH /v1/operators/{id}", Role.ADMINISTER),
            Map.entry("DELETE /v1/operators/{id}", Role.ADMINISTER),
            Map.entry("POST /v1/operators/{id}/token", Role.ADMINISTER),
            Map.entry("DELETE /v1/operators/{id}/token/old", Role.ADMINISTER),
            Map.entry("POST /v1/operators/{id}/second-factor", Role.ADMINISTER),
            Map.entry("DELETE /v1/operators/{id}/second-factor", Role.ADMINISTER),
            Map.entry("POST /v1/operators/{id}/second-factor/confirm", Role.ADMINISTER));

    private RouteRoles() {}

    /** The role for a route; empty for one that is public. */
    static Optional<Role> of(ApiRoute route) {
        if (route.access() == ApiRoute.Access.PUBLIC) {
            return Optional.empty();
        }
        Role role = ROLES.get(route.method() + " " + route.template());
        if (role == null && !route.method().equals("GET")) {
            throw new IllegalStateException("no role is stated for " + route.method() + " " + route.template());
        }
        return Optional.of(role == null ? Role.READ : role);
    }

    /** The routes of the table: method and path. */
    static Map<String, Role> stated() {
        return ROLES;
    }
}
