package io.bellwire.fleet;

import java.util.List;

/** Makes the report of a run from what the devices have kept and counted. Not thread-safe. */
final class RunResults {
    private final FleetOptions options;
    private final FleetDevices devices;
    private final PartnerEndpoints partners;
    private final AcknowledgedOrders acknowledged;

    RunResults(FleetOptions options, FleetDevices devices, PartnerEndpoints partners, AcknowledgedOrders acknowledged) {
        this.options = options;
        this.devices = devices;
        this.partners = partners;
        this.acknowledged = acknowledged;
    }

    Report report(boolean converged) {
        Verifier verifier = new Verifier(acknowledged);
        Latencies latency = new Latencies();
        CostTotals count = new CostTotals();
        for (FleetDevice device : devices.all()) {
            List<JournalEntry> journal = device.disk().journal();
            verifier.check(device.credentials().id(), journal);
            Latencies ofKind = count.device(device.kind(), device.disk().applied());
            journal.forEach(entry -> measure(entry, ofKind));
            if (device.kind() != FleetDoorbell.POLL) {
                journal.forEach(entry -> measure(entry, latency));
            }
        }
        RunCounters counters = devices.counters();
        return new Report(
                options.seed(),
                options.devices(),
                acknowledged.size(),
                acknowledged.size(),
                verifier.result(),
                counters.sessionDrops.sum(),
                counters.deviceRestarts.sum(),
                counters.serverKills.sum(),
                counters.signalsReceived.sum(),
                counters.signalsDropped.sum(),
                counters.fetches.sum(),
                counters.fetchesEmpty.sum(),
                counters.fetchesSkipped.sum(),
                counters.snapshots.sum(),
                counters.appliedFromSignals.sum(),
                new Report.SafetyPolls(counters.safetyPolls.sum(), counters.foundBySafetyPolls.sum()),
                latency.quantiles(),
                counters.reconcile.quantiles(),
                converged,
                count.costs(devices.costs(), devices.proxyRoutes()),
                devices.recovery().report(devices.costs().tooMany(), counters.spreadMaxMillis.get()),
                options.partners().count() == 0 ? null : partners.report(acknowledged::versionsOf));
    }

    /** Records only new orders during which the device stayed connected: the others would measure the fault. */
    private void measure(JournalEntry entry, Latencies latency) {
        String orderId = entry.orderId();
        AcknowledgedOrders.Placed placed = orderId == null ? null : acknowledged.find(orderId);
        if (placed != null
                && entry.kind() == JournalEntry.Kind.APPLIED
                && entry.version() == 1
                && entry.connectedSinceNanos() != JournalEntry.NOT_CONNECTED
                && entry.connectedSinceNanos() - placed.atNanos() <= 0) {
            latency.record(entry.atNanos() - placed.atNanos());
        }
    }
}
