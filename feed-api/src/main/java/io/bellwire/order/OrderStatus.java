package io.bellwire.order;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Where an order is in its life, and where it may go from there. */
public enum OrderStatus {
    NEW,
    ACCEPTED,
    REJECTED,
    IN_PROGRESS,
    READY,
    DELIVERED,
    CANCELLED;

    /** As the wire contract spells it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The status that {@code text} names. */
    public static Optional<OrderStatus> parse(String text) {
        for (OrderStatus status : values()) {
            if (status.text().equals(text)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }

    /** The steps that are allowed from here; none at the end of the life. */
    public Set<OrderStatus> next() {
        return switch (this) {
            case NEW -> Set.of(ACCEPTED, REJECTED, CANCELLED);
            case ACCEPTED -> Set.of(IN_PROGRESS, CANCELLED);
            case IN_PROGRESS -> Set.of(READY, CANCELLED);
            case READY -> Set.of(DELIVERED);
            case REJECTED, DELIVERED, CANCELLED -> Set.of();
        };
    }

    /** Those steps as text, in order, separated by commas. */
    String nextText() {
        return next().isEmpty()
                ? "none"
                : new TreeSet<>(next()).stream().map(OrderStatus::text).collect(Collectors.joining(", "));
    }

    /** All names, for errors. */
    public static String all() {
        return Set.of(values()).stream().sorted().map(OrderStatus::text).collect(Collectors.joining(", "));
    }
}
