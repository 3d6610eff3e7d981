package io.bellwire.order;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The status of an order, and every rule about it: which steps are allowed, who may take them, and which orders wait
 * for a decision. Other classes ask this one.
 */
public enum OrderStatus {
    NEW,
    ACCEPTED,
    REJECTED,
    IN_PROGRESS,
    READY,
    DELIVERED,
    CANCELLED;

    /** The status of an order that has just been created. */
    static final OrderStatus INITIAL = NEW;

    /** The name on the wire. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The status with this name on the wire; empty if there is none. */
    public static Optional<OrderStatus> parse(String text) {
        for (OrderStatus status : values()) {
            if (status.text().equals(text)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }

    /**
     * The same for a field of a request; {@link InvalidOrderException} names the field and all statuses if there is
     * none.
     */
    public static OrderStatus require(String field, String text) {
        return parse(text).orElseThrow(() -> new InvalidOrderException(field + " must be one of " + all()));
    }

    /** The statuses that an order may get next; none at the end of its life. */
    public Set<OrderStatus> next() {
        return switch (this) {
            case NEW -> Set.of(ACCEPTED, REJECTED, CANCELLED);
            case ACCEPTED -> Set.of(IN_PROGRESS, CANCELLED);
            case IN_PROGRESS -> Set.of(READY, CANCELLED);
            case READY -> Set.of(DELIVERED);
            case REJECTED, DELIVERED, CANCELLED -> Set.of();
        };
    }

    /** Whether an order in this status waits for its device to decide on it. */
    public boolean isPending() {
        return this == NEW;
    }

    /**
     * Whether the step from this status to {@code next} is the device's decision on the order; cancelling an order is
     * not.
     */
    boolean isDecidedBy(OrderStatus next) {
        return isPending() && (next == ACCEPTED || next == REJECTED);
    }

    /** Whether a device may give its orders this status; only the operator or the partner cancels an order. */
    boolean isSetByDevices() {
        return this != CANCELLED;
    }

    /** Whether a change to this status must give a reason. */
    boolean needsReason() {
        return this == REJECTED;
    }

    /** The names of the {@link #next} statuses in order, separated by commas; {@code none} if there are none. */
    String nextText() {
        return next().isEmpty() ? "none" : text(new TreeSet<>(next()));
    }

    /** The names of all statuses in order, separated by commas, for messages. */
    public static String all() {
        return text(List.of(values()));
    }

    private static String text(Collection<OrderStatus> statuses) {
        return statuses.stream().map(OrderStatus::text).collect(Collectors.joining(", "));
    }
}
