package io.bellwire.bench;

import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Kills the server while orders are placed, and starts it again a second later. The order source repeats unanswered
 * orders with their keys; the devices reconnect by themselves. The reference keeps nothing over a restart, so it gets
 * no orders: it shows how long a JVM takes to print a line, and then how long the devices take to connect.
 */
final class KillBench {
    private static final double LOADED_SECONDS = 5;
    private static final double DOWN_SECONDS = 1;
    private static final double UP_WITHIN_SECONDS = 60;
    /** When all orders of so long a time were in time, the backlog is gone. */
    private static final double TIMELY_SECONDS = 0.1;

    private final EndToEnd endToEnd;

    KillBench(EndToEnd endToEnd) {
        this.endToEnd = endToEnd;
    }

    List<Row> run() throws Exception {
        EndToEnd.Comparison comparison = endToEnd.measure(this::measure);
        Row row = comparison.row(
                String.format(
                        "kill -9 at %,d orders/s: %,d devices up to date",
                        endToEnd.plan().perSecond(), endToEnd.plan().devices()),
                "s",
                "<= 1.5 s",
                "up_to_date_s");
        for (String figure : List.of("ready_s", "connected_s")) {
            row = row.with(figure, comparison.product().median(figure))
                    .with("reference_" + figure, comparison.reference().median(figure));
        }
        return List.of(row.with("orders_in_time_again_s", comparison.product().median("orders_in_time_again_s"))
                .with("lost", 0)
                .with("twice", 0));
    }

    private Rounds measure(EndToEnd.TargetStarter starter) throws Exception {
        BenchPlan plan = endToEnd.plan();
        Rounds rounds = new Rounds();
        try (LoadTarget target = starter.start();
                BenchWorkload load = new BenchWorkload(target, plan.devices(), 0, true)) {
            load.connect();
            endToEnd.progress().print("kill, %s: %d devices connected", target.name(), plan.devices());
            if (target.isDurable()) {
                load.warmUp(plan);
            }
            for (int round = 0; round < plan.rounds(); round++) {
                kill(target, load, rounds);
                endToEnd.progress()
                        .print(
                                "kill, %s: ready after %.2f s, all connected after %.2f s, up to date after %.2f s",
                                target.name(),
                                rounds.latest("ready_s"),
                                rounds.latest("connected_s"),
                                rounds.latest("up_to_date_s"));
            }
        }
        return rounds;
    }

    private void kill(LoadTarget target, BenchWorkload load, Rounds rounds) throws IOException {
        BenchPlan plan = endToEnd.plan();
        double loadedSeconds = Math.min(LOADED_SECONDS, plan.seconds());
        OrderLedger ledger = load.fleet.ledger;
        if (target.isDurable()) {
            ledger = load.begin((int) (plan.perSecond() * (loadedSeconds + UP_WITHIN_SECONDS)), plan.perSecond());
            BenchWorkload.sleep(loadedSeconds);
        }
        target.kill();
        BenchWorkload.sleep(DOWN_SECONDS);
        ledger.resetTimelyInRow();
        target.start();
        rounds.add("ready_s", target.startSeconds());
        rounds.add("connected_s", secondsUntil(target, () -> load.fleet.connected.get() == load.fleet.size()));
        rounds.add("up_to_date_s", secondsUntil(target, () -> load.fleet.upToDate.get() == load.fleet.size()));
        if (target.isDurable()) {
            OrderLedger orders = ledger;
            int enough = (int) (plan.perSecond() * TIMELY_SECONDS);
            rounds.add("orders_in_time_again_s", secondsUntil(target, () -> orders.timelyInRow() >= enough));
            load.stop();
            load.finish();
        }
    }

    private static double secondsUntil(LoadTarget target, BooleanSupplier happened) {
        if (!BenchWorkload.waitFor(UP_WITHIN_SECONDS, happened)) {
            throw new IllegalStateException(target.name() + " is not back after " + UP_WITHIN_SECONDS + " s");
        }
        return (System.nanoTime() - target.startNanos()) / 1e9;
    }
}
