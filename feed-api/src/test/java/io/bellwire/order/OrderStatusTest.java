package io.bellwire.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The rules about the status of an order. */
class OrderStatusTest {
    @Test
    void orderGoesFromNewToAnEndAndNeverBack() {
        assertEquals(
                List.of(
                        "new: accepted, rejected, cancelled",
                        "accepted: in_progress, cancelled",
                        "rejected: none",
                        "in_progress: ready, cancelled",
                        "ready: delivered",
                        "delivered: none",
                        "cancelled: none"),
                Arrays.stream(OrderStatus.values())
                        .map(status -> status.text() + ": " + status.nextText())
                        .toList());
    }

    @Test
    void textReadsBackAndNothingElseDoes() {
        for (OrderStatus status : OrderStatus.values()) {
            assertEquals(Optional.of(status), OrderStatus.parse(status.text()));
        }
        assertTrue(OrderStatus.parse("NEW").isEmpty());
        assertEquals(OrderStatus.READY, OrderStatus.require("status", "ready"));
        String refused = assertThrows(InvalidOrderException.class, () -> OrderStatus.require("new_status", "done"))
                .getMessage();
        assertEquals(
                "new_status must be one of new, accepted, rejected, in_progress, ready, delivered, cancelled", refused);
    }

    @Test
    void onlyANewOrderWaitsForADecisionWhichIsToAcceptOrToReject() {
        for (OrderStatus from : OrderStatus.values()) {
            assertEquals(from == OrderStatus.NEW, from.isPending(), from::text);
            assertEquals(
                    from == OrderStatus.NEW ? "accepted, rejected" : "",
                    Arrays.stream(OrderStatus.values())
                            .filter(from::isDecidedBy)
                            .map(OrderStatus::text)
                            .collect(Collectors.joining(", ")));
        }
    }

    @Test
    void deviceSetsEveryStatusButCancelledAndOnlyARejectionNeedsAReason() {
        for (OrderStatus status : OrderStatus.values()) {
            assertEquals(status != OrderStatus.CANCELLED, status.isSetByDevices(), status::text);
            assertEquals(status == OrderStatus.REJECTED, status.needsReason(), status::text);
        }
    }
}
