package io.bellwire.world;

import io.bellwire.command.CommandResult;
import io.bellwire.device.DeviceId;
import io.bellwire.log.Event;
import io.bellwire.order.Order;
import io.bellwire.order.Refusal;
import io.bellwire.world.WorldRequest.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The back end: draws requests, repeats those without an answer with their keys, and notes what was acknowledged. It
 * also sends what must be refused. One thread.
 */
final class WorldWorkload {
    /** The recipes that the routes file distinguishes. */
    private static final List<String> RECIPES = List.of("plain", "listed", "urgent", WorldTopics.ALARM);

    /** The steps of PROTOCOL.md, and not the product's own, which may be wrong. */
    private static final Map<String, List<String>> STEPS = Map.of(
            "new", List.of("accepted", "rejected", "cancelled"),
            "accepted", List.of("in_progress", "cancelled"),
            "in_progress", List.of("ready", "cancelled"),
            "ready", List.of("delivered"),
            "rejected", List.of(),
            "delivered", List.of(),
            "cancelled", List.of());

    private static final List<String> STATUSES =
            STEPS.keySet().stream().sorted().toList();

    private final List<DeviceId> devices;
    private final ExpectedGroups groups;
    private final @Nullable WorldLeases leases;
    private final ExpectedState expected;
    private final WorldObserver observer;
    private final SplittableRandom random;
    private final Map<String, WorldRequest> unanswered = new LinkedHashMap<>();
    private long sent;
    private long repeated;
    private boolean logHasLostChanges;

    /** @param leases null for none */
    WorldWorkload(
            List<DeviceId> devices,
            ExpectedGroups groups,
            @Nullable WorldLeases leases,
            ExpectedState expected,
            WorldObserver observer,
            SplittableRandom random) {
        this.devices = devices;
        this.groups = groups;
        this.leases = leases;
        this.expected = expected;
        this.observer = observer;
        this.random = random;
    }

    /** How many requests were sent, repetitions not counted. */
    long sent() {
        return sent;
    }

    /** How many requests turned out to be done before. */
    long repeated() {
        return repeated;
    }

    /** The requests without an answer. */
    Map<String, WorldRequest> unanswered() {
        return new LinkedHashMap<>(unanswered);
    }

    /**
     * The log has lost its end: what was known of orders may be wrong. Requests that had no answer at the backup may be
     * in it, and are sent again.
     */
    void noteLoss(Map<String, WorldRequest> unansweredAtBackup) {
        logHasLostChanges = true;
        unanswered.putAll(unansweredAtBackup);
    }

    boolean isAnswered() {
        return unanswered.isEmpty();
    }

    /** The requests of the next batch: new ones, and some of those without an answer. */
    List<WorldRequest> next(int newRequests) {
        List<WorldRequest> batch = new ArrayList<>();
        for (WorldRequest request : unanswered.values()) {
            if (groups.isHeld(request)) {
                continue;
            }
            if (newRequests == 0 || random.nextInt(request.isPatient() ? 100 : 3) == 0) {
                batch.add(request);
            }
        }
        for (int i = 0; i < newRequests; i++) {
            batch.add(send(draw()));
        }
        return batch;
    }

    /** A request for a new order of the device, which is announced on the topic of alarms or not. */
    WorldRequest create(DeviceId device, boolean mayBeAlarm) {
        return send(drawOrder(device, "request-" + sent, RECIPES.size() - (mayBeAlarm ? 0 : 1)));
    }

    private WorldRequest send(WorldRequest request) {
        if (request.kind() != Kind.LOCK) {
            unanswered.put(request.key(), request);
        }
        sent++;
        if (request.kind() == Kind.GROUP_EVENT) {
            groups.sent(request);
        }
        return request;
    }

    private WorldRequest drawOrder(DeviceId device, String key, int recipes) {
        String order = "{\"device_id\":\"" + device + "\",\"recipe_id\":\"" + RECIPES.get(random.nextInt(recipes))
                + "\",\"volume\":" + sent + "}";
        return new WorldRequest(Kind.CREATE, device, key, null, order, null);
    }

    private WorldRequest draw() {
        DeviceId device = devices.get(random.nextInt(devices.size()));
        String key = "request-" + sent;
        int draw = random.nextInt(16);
        String group = draw == 1 ? groups.free() : null;
        if (draw == 0 || group != null) {
            String to = group == null
                    ? ""
                    : group.equals(ExpectedGroups.ALL)
                            ? "\"audience\":\"all\","
                            : "\"storeid\":\"" + group.substring(group.indexOf('/') + 1) + "\",";
            String event = "{" + to + "\"type\":\"org.example.note\",\"originsource\":\"/back-end\",\"originid\":\""
                    + key + "\",\"datacontenttype\":\"application/json\",\"data\":{\"n\":" + sent + "}}";
            WorldRequest.Kind kind = group == null ? Kind.EVENT : Kind.GROUP_EVENT;
            return new WorldRequest(kind, device, key, null, event, null, group, null);
        }
        List<String> free = expected.ordersOf(device).stream()
                .filter(order -> !isChanging(order, false))
                .toList();
        if (draw < 9 || free.isEmpty()) {
            return drawOrder(device, key, RECIPES.size());
        }
        String order = free.get(random.nextInt(free.size()));
        String volume = "{\"volume\":" + sent + "}";
        WorldRequest patch = new WorldRequest(Kind.PATCH, device, key, order, volume, null);
        String token = leases == null ? null : leases.unusedToken(order);
        if (leases != null && draw == 9) {
            return leases.lock(patch);
        } else if (token != null && random.nextBoolean()) {
            return new WorldRequest(Kind.HOLDER_PATCH, device, key, order, volume, null, null, token);
        } else if (draw < 11 || isChanging(order, true)) {
            return patch;
        }
        long version = expected.versionOf(device, order);
        List<String> next = List.copyOf(STEPS.get(expected.statusOf(order)));
        if (draw == 11) {
            return new WorldRequest(Kind.STALE_PATCH, device, key, order, volume, "\"" + (version + 7) + "\"");
        } else if (draw == 12) {
            return new WorldRequest(Kind.PATCH, device, key, order, volume, "\"" + version + "\"");
        } else if (draw == 13 || next.isEmpty()) {
            String step = STATUSES.get(random.nextInt(STATUSES.size()));
            boolean isForbidden = !step.equals(expected.statusOf(order)) && !next.contains(step);
            return isForbidden
                    ? new WorldRequest(Kind.FORBIDDEN_STEP, device, key, order, step(step), null)
                    : new WorldRequest(Kind.PATCH, device, key, order, volume, null);
        }
        String step = next.get(random.nextInt(next.size()));
        return new WorldRequest(Kind.STEP, device, key, order, step(step), null);
    }

    private static String step(String status) {
        String reason = status.equals("rejected") ? ",\"reason\":\"none left\"" : "";
        return "{\"status\":\"" + status + "\"" + reason + "}";
    }

    /**
     * Whether a request for this order has no answer yet.
     *
     * @param anyKind false to ignore patches, of which there may be several at once
     */
    private boolean isChanging(String order, boolean anyKind) {
        return unanswered.values().stream()
                .anyMatch(request -> order.equals(request.orderId()) && (anyKind || !request.isPlainPatch()));
    }

    /**
     * Takes the answer to a request.
     *
     * @param event of a repetition, the event that the first answer had; null if it is not kept any more
     */
    void answered(WorldRequest request, CommandResult<?> result, @Nullable Event event, long atNanos) {
        if (result instanceof CommandResult.Outdated || !unanswered.containsKey(request.key())) {
            return; // is sent once more, or was answered in the same batch
        }
        Refusal.Kind refusal =
                result instanceof CommandResult.Refused<?> refused ? ((Refusal) refused.why()).kind() : null;
        if (refusal == Refusal.Kind.LOCKED) {
            return; // is sent once more, until the lease has ended
        }
        unanswered.remove(request.key());
        if (refusal == Refusal.Kind.LOCK_LOST && request.kind() == Kind.HOLDER_PATCH) {
            return;
        }
        if (refusal != request.kind().refusal() || result instanceof CommandResult.Mismatch) {
            if (!logHasLostChanges) {
                observer.reportViolation(request + " is answered with " + result);
            }
            if (refusal != null || result instanceof CommandResult.Mismatch) {
                return;
            }
        }
        if (refusal != null) {
            return;
        }
        repeated += result instanceof CommandResult.Repeated ? 1 : 0;
        if (request.kind() == Kind.EVENT) {
            expected.eventAcknowledged(request.device(), request.key());
            return;
        }
        if (request.kind() == Kind.GROUP_EVENT) {
            expected.groupEventAcknowledged(request.key(), groups.answered(request));
            return;
        }
        Event done = result instanceof CommandResult.Done<?> first ? first.event() : event;
        if (done == null) {
            expected.changed(request.device());
            return;
        }
        Order order = Order.of(done);
        if (request.kind() == Kind.CREATE && event == null && expected.everHad(order.id())) {
            observer.reportViolation("order " + order.id() + " is given twice");
        }
        expected.acknowledged(request.device(), order, atNanos);
    }
}
