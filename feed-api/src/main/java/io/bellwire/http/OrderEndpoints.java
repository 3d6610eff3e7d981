package io.bellwire.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.degradation.OrderGate;
import io.bellwire.degradation.OrderRefusal;
import io.bellwire.group.Recipients;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.order.CreateOrder;
import io.bellwire.order.InvalidOrderException;
import io.bellwire.order.Order;
import io.bellwire.order.OrderDraft;
import io.bellwire.order.OrderIds;
import io.bellwire.registry.Registry;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Creates and shows orders, and shows the status of an order that was submitted with {@code respond-async}.
 * Thread-safe.
 */
final class OrderEndpoints {
    static final int ORDER_BYTES_MAX = Order.BYTES_MAX;
    private static final String RESPOND_ASYNC = "respond-async";
    /** The format of RFC 9110, with two digits for the day, where Java's RFC_1123_DATE_TIME may write one. */
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.US);

    private final EventLog log;
    private final Registry registry;
    private final OrderAccess access;
    private final OrderDecisionTimes decisionTimes;
    private final OrderIds ids;
    private final OrderGate gate;

    OrderEndpoints(
            EventLog log,
            Registry registry,
            OrderAccess access,
            OrderDecisionTimes decisionTimes,
            OrderIds ids,
            OrderGate gate) {
        this.ids = ids;
        this.gate = gate;
        this.log = log;
        this.registry = registry;
        this.access = access;
        this.decisionTimes = decisionTimes;
    }

    List<ApiRoute> routes() {
        return List.of(
                new ApiRoute(
                        "POST",
                        "/v1/orders",
                        ApiRoute.Access.AUTHENTICATED,
                        Set.of("prefer"),
                        List.of(ApiResponse.JSON),
                        ORDER_BYTES_MAX,
                        this::createOrder),
                ApiRoute.get("/v1/orders/{id}", ApiRoute.Access.AUTHENTICATED, Set.of(), this::showOrder),
                ApiRoute.get("/v1/orders/{id}/status", ApiRoute.Access.AUTHENTICATED, Set.of(), this::showStatus));
    }

    private CompletionStage<ApiResponse> createOrder(ApiCall call) {
        if (call.caller().isDevice()) {
            throw new ProblemException(Problem.forbidden("orders are placed by the operator or a partner"));
        }
        boolean isAsync = prefersAsync(call);
        return WriteEndpoint.submitPrepared(
                        log,
                        call,
                        List.of(),
                        prepareCreate(call, parseDraft(call)),
                        write -> WriteEndpoint.submit(log, call, write, OrderProblems::of))
                .thenApply(response -> isAsync ? acceptedResponse(response) : response);
    }

    private static boolean prefersAsync(ApiCall call) {
        String query = call.query().get("prefer");
        if (query != null && !query.equals(RESPOND_ASYNC)) {
            throw new ProblemException(Problem.invalidRequest("prefer may only be " + RESPOND_ASYNC));
        }
        // RFC 7240: a preference that is not known is no error
        return query != null
                || call.headerList("Prefer")
                        .map(prefer -> Arrays.stream(prefer.split("[,;]", -1))
                                .anyMatch(part -> part.strip().equalsIgnoreCase(RESPOND_ASYNC)))
                        .orElse(false);
    }

    private static OrderDraft parseDraft(ApiCall call) {
        try {
            JsonNode json = Json.parse(call.body());
            Optional<String> partner = call.caller().partnerId();
            if (partner.isPresent() && json instanceof ObjectNode object) {
                JsonNode partnerIdJson = object.get("partner_id");
                if (partnerIdJson != null && !partnerIdJson.asText().equals(partner.get())) {
                    throw new ProblemException(Problem.forbidden("partner_id: a partner places its own orders alone"));
                }
                object.put("partner_id", partner.get());
            }
            return OrderDraft.of(json);
        } catch (InvalidOrderException e) {
            throw new ProblemException(Problem.invalidRequest(String.valueOf(e.getMessage())));
        }
    }

    private CompletionStage<CreateOrder> prepareCreate(ApiCall call, OrderDraft draft) {
        return registry.find(FeedId.ofDevice(draft.device())).thenCompose(found -> {
            if (found.isEmpty() || found.get().disabled()) {
                throw new ProblemException(Problem.invalidRequest(
                        found.isPresent()
                                ? "device_id: the device " + draft.device() + " is disabled"
                                : "device_id: there is no device " + draft.device()));
            }
            return access.recipientsOfNewOrder(found.get().feed(), draft).thenApply(to -> {
                requireLetIn(call, to);
                return new CreateOrder(ids.next(), draft, to);
            });
        });
    }

    /** Refuses the order if a feed that it goes to is degraded; its repetition still gets the stored answer. */
    private void requireLetIn(ApiCall call, Recipients recipients) {
        if (gate.isOpenToAll()) {
            return;
        }
        OptionalLong key = WriteEndpoint.idempotencyKey(call)
                .map(found -> OptionalLong.of(found.row()))
                .orElse(OptionalLong.empty());
        List<FeedId> feeds = recipients.feeds().stream().map(Feed::id).toList();
        gate.refusal(feeds, key).ifPresent(refusal -> {
            throw new ProblemException(problemOf(refusal));
        });
    }

    private static Problem problemOf(OrderRefusal refusal) {
        String problem = refusal.feed() + ": " + refusal.problem() + "; until that is over, ";
        return refusal.isEachRefused()
                ? Problem.closed(problem + "no new order for it is let in", refusal.retryAfter())
                : Problem.degraded(problem + "only a share of new orders for it is let in", refusal.retryAfter());
    }

    /** The 202 for an order that is in the log. Its device decides later, which the status and the feeds show. */
    private ApiResponse acceptedResponse(ApiResponse created) {
        String order = String.valueOf(created.headers().get("Location"));
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("order", order);
        json.put("status", order + "/status");
        return new ApiResponse(
                        202, ApiResponse.JSON, ApiResponse.json(202, json).body(), Map.of())
                .with("Location", order + "/status")
                .with("Preference-Applied", RESPOND_ASYNC)
                .with("Retry-After", Long.toString(decisionTimes.retryAfterSeconds()));
    }

    private CompletionStage<ApiResponse> showStatus(ApiCall call) {
        return access.findOrder(call).thenApply(stored -> {
            Order order = Order.of(stored.latest());
            ObjectNode json = Json.MAPPER.createObjectNode();
            boolean isPending = order.status().isPending();
            json.put("state", isPending ? "pending" : "decided");
            json.put("status", order.status().text());
            json.put("order", "/v1/orders/" + order.id());
            ApiResponse response = ApiResponse.json(200, json).with("Cache-Control", "no-store");
            return isPending
                    ? response.with("Retry-After", Long.toString(decisionTimes.retryAfterSeconds()))
                    : response;
        });
    }

    private CompletionStage<ApiResponse> showOrder(ApiCall call) {
        return access.findOrder(call).thenApply(stored -> {
            String etag = OrderEtag.of(stored.latest());
            boolean isUnchanged = call.headerList("If-None-Match")
                    .map(known -> OrderChangeEndpoints.entityTags(known))
                    .map(known -> known.contains("*") || known.contains(etag))
                    .orElse(false);
            ApiResponse response = isUnchanged
                    ? ApiResponse.empty(304)
                    : new ApiResponse(
                            200, ApiResponse.JSON, stored.latest().json().data(), Map.of());
            return response.with("ETag", etag)
                    .with("Cache-Control", "no-cache")
                    .with(
                            "Last-Modified",
                            HTTP_DATE.format(java.time.Instant.ofEpochMilli(
                                            stored.latest().atMillis())
                                    .atZone(ZoneOffset.UTC)));
        });
    }
}
