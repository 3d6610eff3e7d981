package io.bellwire.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.group.GroupStore.Member;
import io.bellwire.group.Groups;
import io.bellwire.group.Groups.Changed;
import io.bellwire.group.Groups.Found;
import io.bellwire.log.DeviceId;
import io.bellwire.log.FeedId;
import io.bellwire.log.Timestamps;
import io.bellwire.registry.Account;
import io.bellwire.registry.Registry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Creates and shows groups of devices, lists and changes their members, and serves their feeds, to the operator.
 * Thread-safe.
 */
final class GroupEndpoints {
    private static final String GROUP = "/v1/groups/{kind}/{id}";
    private static final String MEMBERS = GROUP + "/members";
    private static final String MEMBER = MEMBERS + "/{device}";

    private final Groups groups;
    private final Registry registry;
    private final FeedEndpoint feedEndpoint;

    GroupEndpoints(Groups groups, Registry registry, FeedEndpoint feedEndpoint) {
        this.groups = groups;
        this.registry = registry;
        this.feedEndpoint = feedEndpoint;
    }

    List<ApiRoute> routes() {
        return List.of(
                ApiRoute.withoutBody("PUT", GROUP, ApiRoute.Access.OPERATOR, this::createGroup),
                ApiRoute.get(GROUP, ApiRoute.Access.OPERATOR, Set.of(), this::showGroup),
                ApiRoute.get(MEMBERS, ApiRoute.Access.OPERATOR, Set.of("cursor", "limit"), this::listMembers),
                ApiRoute.withoutBody("PUT", MEMBER, ApiRoute.Access.OPERATOR, call -> changeMember(call, true)),
                ApiRoute.withoutBody("DELETE", MEMBER, ApiRoute.Access.OPERATOR, call -> changeMember(call, false)),
                ApiRoute.get(GROUP + "/feed", ApiRoute.Access.OPERATOR, FeedEndpoint.QUERY_PARAMETERS, this::readFeed));
    }

    private CompletionStage<ApiResponse> createGroup(ApiCall call) {
        return groups.findOrCreate(changeableGroup(call), AuditedCalls.entry(call))
                .thenApply(found -> ApiResponse.json(found.isNew() ? 201 : 200, json(found)));
    }

    private CompletionStage<ApiResponse> showGroup(ApiCall call) {
        return findGroup(call)
                .thenApply(found -> ApiResponse.json(200, json(found)).with("Cache-Control", "no-store"));
    }

    private CompletionStage<Found> findGroup(ApiCall call) {
        FeedId id = groupOf(call);
        return groups.find(id).thenApply(found -> found.orElseThrow(() -> noSuchGroup(id)));
    }

    private static ObjectNode json(Found found) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("group", found.feed().id().path());
        json.put(
                "created_at",
                Timestamps.format(Instant.ofEpochMilli(found.state().createdMillis())));
        json.put("head", found.feed().head().value());
        json.put("underway", found.state().behind());
        if (!found.feed().id().equals(FeedId.ALL_DEVICES)) {
            json.put("members", found.state().members());
            json.put("changed", found.state().changed());
        }
        return json;
    }

    private CompletionStage<ApiResponse> listMembers(ApiCall call) {
        int limit = call.limit(ApiCall.LIMIT_DEFAULT);
        Optional<FeedId> after = Optional.ofNullable(call.query().get("cursor"))
                .filter(cursor -> !cursor.isEmpty())
                .map(cursor -> FeedId.ofDevice(parseDevice("cursor", cursor)));
        return findGroup(call)
                .thenCompose(found -> groups.members(found.feed(), after, limit))
                .thenApply(found -> {
                    Groups.Members members = found.orElseThrow(
                            () -> new ProblemException(Problem.invalidRequest("cursor is none that this list gave")));
                    ObjectNode json = Json.MAPPER.createObjectNode();
                    ArrayNode list = json.putArray("members");
                    String last = "";
                    for (Member member : members.members()) {
                        last = member.device().device().orElseThrow().value();
                        list.addObject()
                                .put("device_id", last)
                                .put("revision", member.since().value());
                    }
                    if (!members.isEnd()) {
                        json.put("next", last);
                    }
                    return ApiResponse.json(200, json).with("Cache-Control", "no-store");
                });
    }

    private CompletionStage<ApiResponse> changeMember(ApiCall call, boolean isAdded) {
        FeedId group = changeableGroup(call);
        DeviceId device = parseDevice("the device's id", call.pathParameter("device"));
        return registry.find(FeedId.ofDevice(device)).thenCompose(found -> {
            Account account =
                    found.orElseThrow(() -> new ProblemException(Problem.notFound("there is no device " + device)));
            return groups.change(group, account.feed(), isAdded, AuditedCalls.entry(call))
                    .thenApply(changed -> {
                        if (changed instanceof Changed.Done done) {
                            return new ApiResponse(done.status(), ApiResponse.JSON, done.body(), Map.of());
                        }
                        throw changed instanceof Changed.NoMember
                                ? new ProblemException(Problem.notFound(
                                        "the device " + device + " is no member of the group " + group))
                                : noSuchGroup(group);
                    });
        });
    }

    private CompletionStage<ApiResponse> readFeed(ApiCall call) {
        return findGroup(call).thenCompose(found -> feedEndpoint.read(call, found.feed()));
    }

    private static DeviceId parseDevice(String name, String text) {
        if (!DeviceId.isValid(text)) {
            throw new ProblemException(Problem.invalidRequest(name + " must be " + DeviceId.FORM));
        }
        return new DeviceId(text);
    }

    private static FeedId groupOf(ApiCall call) {
        return parseGroup(call.pathParameter("kind") + "/" + call.pathParameter("id"));
    }

    /** The group that the path names, if the operator may change its members. */
    private static FeedId changeableGroup(ApiCall call) {
        FeedId group = groupOf(call);
        if (group.equals(FeedId.ALL_DEVICES)) {
            throw new ProblemException(Problem.invalidRequest(
                    "all is a reserved kind: every device that is registered and enabled is in all/devices"));
        }
        return group;
    }

    /** The feed of the group that {@code text} names, as {@code kind/id}; 400 if it is not well formed or reserved. */
    static FeedId parseGroup(String text) {
        int slash = text.indexOf('/');
        String kind = slash < 0 ? "" : text.substring(0, slash);
        if (text.equals(FeedId.ALL_DEVICES.path())) {
            return FeedId.ALL_DEVICES;
        }
        if (FeedId.RESERVED_KINDS.contains(kind)) {
            throw new ProblemException(
                    Problem.invalidRequest(kind + " is a reserved kind: groups must have another one"));
        }
        if (!FeedId.isGroupKind(kind)) {
            throw new ProblemException(Problem.invalidRequest(
                    "a group is named by its kind, 1 to 31 of A-Z a-z 0-9 _ -, a slash and its id"));
        }
        if (!DeviceId.isValid(text.substring(slash + 1))) {
            throw new ProblemException(Problem.invalidRequest("a group's id must be " + DeviceId.FORM));
        }
        return FeedId.ofGroup(kind, text.substring(slash + 1));
    }

    static ProblemException noSuchGroup(FeedId group) {
        return new ProblemException(Problem.notFound("there is no group " + group));
    }
}
