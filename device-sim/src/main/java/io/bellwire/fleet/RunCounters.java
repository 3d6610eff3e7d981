package io.bellwire.fleet;

import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** Counters of a run. Thread-safe. */
final class RunCounters {
    final LongAdder connected = new LongAdder();
    final LongAdder sessionDrops = new LongAdder();
    final LongAdder deviceRestarts = new LongAdder();
    final LongAdder serverKills = new LongAdder();
    final LongAdder signalsReceived = new LongAdder();
    final LongAdder signalsDropped = new LongAdder();
    final LongAdder fetches = new LongAdder();
    final LongAdder fetchesEmpty = new LongAdder();
    final LongAdder fetchesSkipped = new LongAdder();
    final LongAdder safetyPolls = new LongAdder();
    final LongAdder foundBySafetyPolls = new LongAdder();
    /** Changes that a signal carried. */
    final LongAdder appliedFromSignals = new LongAdder();

    final LongAdder snapshots = new LongAdder();
    /** The greatest {@code spread_ms} of a signal. */
    final LongAccumulator spreadMaxMillis = new LongAccumulator(Math::max, 0);

    final Latencies reconcile = new Latencies();
}
