package io.bellwire.world;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.command.CommandResult;
import io.bellwire.command.IdempotencyKey;
import io.bellwire.command.IdempotentCommand;
import io.bellwire.command.RefuseWrite;
import io.bellwire.device.DeviceId;
import io.bellwire.feed.AppendEvents;
import io.bellwire.feed.EventFacts;
import io.bellwire.feed.ForeignEvent;
import io.bellwire.group.Recipients;
import io.bellwire.log.Event;
import io.bellwire.log.Write;
import io.bellwire.order.ChangeOrder;
import io.bellwire.order.CreateOrder;
import io.bellwire.order.LockOrder;
import io.bellwire.order.OrderDraft;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderIds;
import io.bellwire.order.OrderPatch;
import io.bellwire.order.OrderStore;
import io.bellwire.order.OrderTarget;
import io.bellwire.order.Precondition;
import io.bellwire.order.PreparedOrderChange;
import io.bellwire.order.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request of the back end. It may be repeated with its key until it is answered. Immutable.
 *
 * @param key the idempotency key; of an event, its id
 * @param orderId the order that is to change; null for a new one, and for an event
 * @param body JSON: of a new order, of a patch, or what the feed keeps of an event
 * @param ifMatch the entity tag that the order must have; null to require none
 * @param group the group that an event is for; null if there is none
 * @param lockToken the token of the lease, of a request that takes one or has one; null for none
 */
record WorldRequest(
        Kind kind,
        DeviceId device,
        String key,
        @Nullable String orderId,
        String body,
        @Nullable String ifMatch,
        @Nullable String group,
        @Nullable String lockToken) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What is requested, and whether it must be refused. */
    enum Kind {
        CREATE(null),
        PATCH(null),
        STEP(null),
        /** Takes a lease; for as many milliseconds as the body says. Is not repeated. */
        LOCK(null),
        /** A patch by the holder of a lease. */
        HOLDER_PATCH(null),
        EVENT(null),
        GROUP_EVENT(null),
        STALE_PATCH(Refusal.Kind.STALE),
        FORBIDDEN_STEP(Refusal.Kind.FORBIDDEN_STEP);

        private final Refusal.@Nullable Kind refusal;

        Kind(Refusal.@Nullable Kind refusal) {
            this.refusal = refusal;
        }

        /** Why the request must be refused; null if it must be done. */
        Refusal.@Nullable Kind refusal() {
            return refusal;
        }
    }

    /** A request without a group or a lease. */
    WorldRequest(
            Kind kind, DeviceId device, String key, @Nullable String orderId, String body, @Nullable String ifMatch) {
        this(kind, device, key, orderId, body, ifMatch, null, null);
    }

    /** What routes may ask of an event for a group. */
    EventFacts facts() {
        JsonNode json = json(body);
        return new EventFacts() {
            @Override
            public String type() {
                return json.path("type").textValue();
            }

            @Override
            public String source() {
                return json.path("originsource").textValue();
            }

            @Override
            public @Nullable String attribute(String name) {
                return json.path(name).textValue();
            }
        };
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Whether it is a patch that requires no state of the order. */
    boolean isPlainPatch() {
        return (kind == Kind.PATCH || kind == Kind.HOLDER_PATCH) && ifMatch == null;
    }

    /** Whether the back end waits for long before it repeats the request. */
    boolean isPatient() {
        return key.endsWith("0");
    }

    /** The product's own command, prepared as its endpoint does, for the orders as they are now. */
    Write<CommandResult<Refusal>> prepare(Recipients recipients, OrderStore store, OrderIds ids) {
        if (kind == Kind.LOCK && orderId != null && lockToken != null) {
            return new LockOrder(
                    OrderId.parse(orderId).orElseThrow(), lockToken, false, Duration.ofMillis(Long.parseLong(body)));
        }
        IdempotencyKey name = IdempotencyKey.of("back-end", key);
        if (kind == Kind.EVENT || kind == Kind.GROUP_EVENT) {
            byte[] json = body.getBytes(StandardCharsets.UTF_8);
            return new AppendEvents<>(List.of(ForeignEvent.of(name, recipients, false, json)), List.of());
        }
        return new IdempotentCommand<>(name, IdempotencyKey.of(body).digest(), prepareOrder(recipients, store, ids));
    }

    private Write<CommandResult<Refusal>> prepareOrder(Recipients recipients, OrderStore store, OrderIds ids) {
        if (orderId == null) {
            return new CreateOrder(ids.next(), OrderDraft.of(json(body)), recipients);
        }
        OrderId id = OrderId.parse(orderId).orElseThrow();
        Optional<Event> latest = store.find(id);
        if (latest.isEmpty()) {
            return new RefuseWrite<>(new Refusal(Refusal.Kind.NOT_FOUND, "no order " + id, Optional.empty()));
        }
        OrderTarget target = new OrderTarget(id, recipients, latest.get());
        Precondition precondition = new Precondition(
                Optional.ofNullable(ifMatch).map(Set::of),
                Optional.empty(),
                Optional.ofNullable(lockToken).map(LockOrder::digest));
        return new ChangeOrder(target, PreparedOrderChange.of(target, OrderPatch.of(json(body)), precondition));
    }
}
