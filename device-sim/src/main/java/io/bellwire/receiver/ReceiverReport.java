package io.bellwire.receiver;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a partner's receivers have applied, compared with what the server has acknowledged to those who placed and changed
 * the partner's orders. Immutable.
 *
 * @param applied changes that took effect
 * @param lost acknowledged orders of which no change, or not the newest version, took effect
 * @param twice changes that took effect more than once
 * @param foreign changes of orders that are not the partner's
 * @param firstViolation the first of these, as text for people; null if there is none
 */
public record ReceiverReport(
        long applied,
        long lost,
        long twice,
        long foreign,
        @Nullable String firstViolation) {
    public boolean isClean() {
        return lost == 0 && twice == 0 && foreign == 0;
    }

    /**
     * Compares.
     *
     * @param journal what was applied, oldest first
     * @param acknowledged the newest version of each of the partner's orders, by the order's id
     */
    public static ReceiverReport of(List<AppliedWork> journal, Map<String, Long> acknowledged) {
        long applied = 0;
        long twice = 0;
        long foreign = 0;
        String violation = null;
        Set<String> seen = new HashSet<>();
        Map<String, Long> versions = new HashMap<>();
        for (AppliedWork work : journal) {
            for (AppliedChange change : work.changes()) {
                applied++;
                if (!seen.add(change.key())) {
                    twice++;
                    violation = first(violation, "applied twice: " + change);
                }
                if (change.orderId().isEmpty()) {
                    continue;
                }
                if (!acknowledged.containsKey(change.orderId())) {
                    foreign++;
                    violation = first(violation, "not an order of this partner: " + change);
                }
                versions.merge(change.orderId(), change.version(), Math::max);
            }
        }
        long lost = 0;
        for (Map.Entry<String, Long> order : acknowledged.entrySet()) {
            Long version = versions.get(order.getKey());
            if (version == null || version < order.getValue()) {
                lost++;
                violation = first(violation, "lost: version " + order.getValue() + " of order " + order.getKey());
            }
        }
        return new ReceiverReport(applied, lost, twice, foreign, violation);
    }

    private static String first(@Nullable String before, String now) {
        return before == null ? now : before;
    }
}
