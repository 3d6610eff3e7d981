package io.bellwire.http;

import io.bellwire.log.Event;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.IdempotencyKey;
import io.bellwire.order.CreateOrder;
import io.bellwire.order.InvalidOrderException;
import io.bellwire.order.OrderDraft;
import io.bellwire.order.OrderId;
import io.bellwire.registry.Device;
import io.bellwire.registry.DeviceId;
import io.bellwire.registry.DeviceRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/** Making and showing orders. Thread-safe. */
final class OrderEndpoints {
    private static final int ORDER_BYTES_MAX = 64 << 10;
    private static final Pattern IDEMPOTENCY_KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");
    /** How an order's data begins: what stands before the id, so that its owner can be read without parsing. */
    private static final Pattern OWNER = Pattern.compile("^\\{\"id\":\"[a-z0-9]+\",\"device_id\":\"([^\"]+)\"");

    private static final Pattern VERSION = Pattern.compile(",\"version\":(\\d+),\"created_at\":");

    private final EventLog log;
    private final DeviceRegistry devices;

    OrderEndpoints(EventLog log, DeviceRegistry devices) {
        this.log = log;
        this.devices = devices;
    }

    List<Route> routes() {
        return List.of(
                Route.write(
                        "POST",
                        "/v1/orders",
                        Route.Access.OPERATOR,
                        List.of(Reply.JSON),
                        ORDER_BYTES_MAX,
                        this::create),
                Route.read("/v1/orders/{id}", Route.Access.KNOWN, Set.of(), this::show));
    }

    private CompletionStage<Reply> create(Call call) {
        Optional<IdempotencyKey> key = idempotencyKey(call);
        OrderDraft draft;
        try {
            draft = OrderDraft.of(Json.parse(call.body()));
        } catch (InvalidOrderException e) {
            throw new ProblemException(Problem.invalidRequest(String.valueOf(e.getMessage())));
        }
        byte[] fingerprint = key.isPresent() ? IdempotencyKey.fingerprint(call.body()) : new byte[0];
        return feeds(draft)
                .thenCompose(feeds -> log.submit(new CreateOrder(draft, feeds, key.orElse(null), fingerprint)))
                .thenCompose(outcome -> outcome.fold(
                        made -> CompletableFuture.completedFuture(created(made.id(), made.event())),
                        repeated -> log.onReader(() -> log.store()
                                .event(repeated.event())
                                .map(event -> created(repeated.id(), event))
                                .orElseThrow(() -> new ProblemException(Problem.conflict(
                                        "the order of this idempotency key is no longer kept as it was made")))),
                        mismatch -> CompletableFuture.failedFuture(new ProblemException(
                                Problem.idempotencyMismatch("another request has used this Idempotency-Key")))));
    }

    private static Optional<IdempotencyKey> idempotencyKey(Call call) {
        return call.header("Idempotency-Key").map(text -> {
            if (!IDEMPOTENCY_KEY.matcher(text).matches()) {
                throw new ProblemException(
                        Problem.invalidRequest("Idempotency-Key must have 1 to 255 visible ASCII characters"));
            }
            return IdempotencyKey.of(call.caller().name(), "POST /v1/orders", text);
        });
    }

    /** The feeds that the order is told in: its device's, all orders', its partner's. */
    private CompletionStage<List<Feed>> feeds(OrderDraft draft) {
        return devices.find(draft.device()).thenCompose(found -> {
            Device device = found.filter(d -> !d.disabled())
                    .orElseThrow(() -> new ProblemException(Problem.invalidRequest(
                            found.isPresent()
                                    ? "device_id: the device " + draft.device() + " is disabled"
                                    : "device_id: there is no device " + draft.device())));
            List<FeedId> others = new ArrayList<>(2);
            others.add(FeedId.ORDERS);
            if (draft.partner() != null) {
                others.add(FeedId.ofPartner(draft.partner()));
            }
            List<Feed> feeds = new ArrayList<>(3);
            feeds.add(device.feed());
            for (FeedId other : others) {
                Feed known = log.known(other);
                if (known == null) {
                    return log.onReader(() -> {
                        List<Feed> made = new ArrayList<>(List.of(device.feed()));
                        others.forEach(id -> made.add(log.makeFeed(id)));
                        return made;
                    });
                }
                feeds.add(known);
            }
            return CompletableFuture.completedFuture(feeds);
        });
    }

    private static Reply created(OrderId id, Event event) {
        byte[] order = event.data();
        return new Reply(201, Reply.JSON, order, java.util.Map.of("Location", "/v1/orders/" + id, "ETag", etag(order)));
    }

    private CompletionStage<Reply> show(Call call) {
        OrderId id = OrderId.parse(call.pathParameter("id")).orElseThrow(() -> noSuchOrder(call));
        return log.onReader(() -> {
            byte[] order = log.store().order(id.key()).map(Event::data).orElseThrow(() -> noSuchOrder(call));
            Optional<DeviceId> caller = call.caller().device().map(Device::id);
            if (caller.isPresent() && !caller.get().equals(owner(order))) {
                throw noSuchOrder(call); // another's order is not even there
            }
            String etag = etag(order);
            boolean isUnchanged = call.header("If-None-Match")
                    .map(known -> known.strip().equals("*")
                            || List.of(known.replace("W/", "").split("\\s*,\\s*"))
                                    .contains(etag))
                    .orElse(false);
            Reply reply = isUnchanged ? Reply.empty(304) : new Reply(200, Reply.JSON, order, java.util.Map.of());
            return reply.with("ETag", etag).with("Cache-Control", "no-cache");
        });
    }

    private static DeviceId owner(byte[] order) {
        java.util.regex.Matcher matcher = OWNER.matcher(text(order));
        if (!matcher.find()) {
            throw new IllegalStateException("an order in the log names no device");
        }
        return new DeviceId(matcher.group(1));
    }

    /** The version in quotes: the last one in the text, since what a source puts into {@code data} comes before it. */
    private static String etag(byte[] order) {
        java.util.regex.Matcher matcher = VERSION.matcher(text(order));
        String version = null;
        while (matcher.find()) {
            version = matcher.group(1);
        }
        return '"' + version + '"';
    }

    private static String text(byte[] json) {
        return new String(json, java.nio.charset.StandardCharsets.UTF_8);
    }

    private static ProblemException noSuchOrder(Call call) {
        return new ProblemException(Problem.notFound("there is no order " + call.pathParameter("id")));
    }
}
