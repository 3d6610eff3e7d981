package io.bellwire.http;

import io.bellwire.log.FeedId;
import io.bellwire.order.Order;
import io.bellwire.registry.Account;
import java.util.Optional;

/**
 * Who makes a request.
 *
 * @param party the device or partner; empty for the operator
 */
record Caller(Optional<Account> party) {
    static final Caller OPERATOR = new Caller(Optional.empty());

    static Caller of(Account party) {
        return new Caller(Optional.of(party));
    }

    boolean isOperator() {
        return party.isEmpty();
    }

    boolean isDevice() {
        return party.isPresent() && party.get().id().device().isPresent();
    }

    /** Whether this is the device or partner whose feed is {@code feed}. */
    boolean is(FeedId feed) {
        return party.isPresent() && party.get().id().equals(feed);
    }

    /** The partner's id, if this is one. */
    Optional<String> partner() {
        return party.flatMap(p -> p.id().partner());
    }

    /** Whether the order is this caller's to see. */
    boolean mayRead(Order order) {
        return isOperator()
                || is(FeedId.ofDevice(order.device()))
                || order.partner().map(FeedId::ofPartner).filter(this::is).isPresent();
    }

    /** A name for this caller that no other has. */
    String name() {
        return party.map(p -> p.id().path()).orElse("operator");
    }
}
