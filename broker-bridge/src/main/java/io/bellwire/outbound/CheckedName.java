package io.bellwire.outbound;

import io.bellwire.outbound.OutboundResult.Reason;
import java.util.function.BiFunction;
import java.util.function.Function;

/** What a name has been found to be. Immutable. */
sealed interface CheckedName {
    <T> T fold(Function<PinnedAddresses, T> callable, BiFunction<Reason, String, T> refused);

    /** All of its addresses may be called. */
    record Callable(PinnedAddresses addresses) implements CheckedName {
        @Override
        public <T> T fold(Function<PinnedAddresses, T> callable, BiFunction<Reason, String, T> refused) {
            return callable.apply(addresses);
        }
    }

    /** It must not be called, or has no address. */
    record Refused(Reason reason, String detail) implements CheckedName {
        @Override
        public <T> T fold(Function<PinnedAddresses, T> callable, BiFunction<Reason, String, T> refused) {
            return refused.apply(reason, detail);
        }
    }
}
