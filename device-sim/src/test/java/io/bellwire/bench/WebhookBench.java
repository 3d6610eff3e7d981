package io.bellwire.bench;

import io.bellwire.certify.AuthenticatorApp;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Measures calls to endpoints: one endpoint for each partner, receivers that take 2 ms, and orders at an even rate, each
 * of which is one call with the whole change. The reference is {@link BareCaller}. What a call costs is what the server
 * uses beyond the same orders without endpoints.
 */
final class WebhookBench {
    private static final double UNCOUNTED_SECONDS = 1;
    private static final double FINISHED_WITHIN_SECONDS = 120;
    private static final double LOADED_SECONDS = 4;
    private static final double DOWN_SECONDS = 1;
    /** Connections of idle endpoints are closed earlier. */
    private static final double IDLE_SECONDS = 75;

    private final EndToEnd endToEnd;
    private final BenchPlan plan;
    private final Rounds product = new Rounds();
    private final Rounds reference = new Rounds();
    private long numbers;

    WebhookBench(EndToEnd endToEnd) {
        this.endToEnd = endToEnd;
        this.plan = endToEnd.plan();
    }

    List<Row> run() throws Exception {
        try (WebhookReceivers receivers = new WebhookReceivers(plan.devices())) {
            measureReference(receivers);
            measureProduct(receivers);
        }
        String at = String.format("%,d calls/s, %,d endpoints: ", plan.perSecond(), plan.devices());
        Row cpu = Rounds.row(at + "CPU a call", "us", "<= 3", "call_us", product, reference)
                .with("with_the_order_us", product.median("cpu_us"))
                .with("order_without_us", product.median("without_us"));
        for (Map.Entry<String, Double> role : product.medians("cpu_us ").entrySet()) {
            cpu = cpu.with(role.getKey(), role.getValue());
        }
        return List.of(
                cpu,
                Rounds.row(at + "received p50", "ms", "", "p50_ms", product, reference),
                Rounds.row(at + "received p99", "ms", "", "p99_ms", product, reference)
                        .with("acknowledged_p99_ms", product.median("acknowledged_p99_ms")),
                Row.of(
                                at + "received p99, one receiver in ten dead",
                                product.median("dead_p99_ms"),
                                "ms",
                                product.median("p99_ms"),
                                "<= 1.2, beside none dead",
                                Map.of())
                        .with("p50_ms", product.median("dead_p50_ms")),
                Row.of(
                        "heap of an idle endpoint",
                        product.median("endpoint_kb"),
                        "KB",
                        product.median("partner_kb"),
                        "<= 4 KB; beside its partner",
                        Map.of()),
                Row.of(
                        "kill -9 at " + String.format("%,d calls/s: ", plan.perSecond()) + "all received",
                        product.median("all_received_s"),
                        "s",
                        Double.NaN,
                        "none lost",
                        Map.of("lost", 0, "repeated", product.median("repeated"))));
    }

    private void measureReference(WebhookReceivers receivers) throws Exception {
        Process process = endToEnd.servers()
                .main(BareCaller.class, Integer.toString(receivers.port()), Integer.toString(plan.devices()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader ready = process.inputReader(StandardCharsets.US_ASCII)) {
            if (ready.readLine() == null) {
                throw new IOException("the bare client did not start");
            }
            endToEnd.progress().print("webhooks, reference: warming up");
            bareCalls(process, receivers, plan.warmUpSeconds());
            for (int round = 0; round < plan.rounds(); round++) {
                BareRun run = bareCalls(process, receivers, plan.seconds());
                reference.add("call_us", run.cpuMicros());
                addTimes(reference, "", run.ledger(), 0);
                endToEnd.progress()
                        .print(
                                "webhooks, reference: %.0f us a call, received p50 %.2f ms, p99 %.2f ms",
                                reference.latest("call_us"), reference.latest("p50_ms"), reference.latest("p99_ms"));
            }
        } finally {
            process.destroyForcibly().onExit().join();
        }
    }

    private record BareRun(OrderLedger ledger, double cpuMicros) {}

    private BareRun bareCalls(Process process, WebhookReceivers receivers, double seconds) throws IOException {
        OrderLedger ledger = nextLedger(seconds);
        ledger.start(System.nanoTime());
        receivers.ledger = ledger;
        LinuxProcess caller = new LinuxProcess(process.pid());
        double before = caller.cpuSeconds();
        process.outputWriter()
                .append(ledger.number(0) + " " + ledger.orders() + " " + plan.perSecond() + " " + ledger.startNanos()
                        + "\n")
                .flush();
        if (!BenchWorkload.waitFor(seconds + FINISHED_WITHIN_SECONDS, () -> ledger.applied() == ledger.orders())) {
            throw new IllegalStateException("the bare client made only " + ledger.applied() + " calls");
        }
        return new BareRun(ledger, (caller.cpuSeconds() - before) * 1e6 / ledger.orders());
    }

    private OrderLedger nextLedger(double seconds) {
        // as many for each partner
        int orders = (int) Math.ceil(plan.perSecond() * seconds / plan.devices()) * plan.devices();
        OrderLedger ledger = new OrderLedger(numbers, orders, plan.perSecond(), plan.devices());
        numbers += orders;
        return ledger;
    }

    private void measureProduct(WebhookReceivers receivers) throws Exception {
        String[] options = {"--webhook-http", "--webhook-allow-network", "127.0.0.0/8"};
        try (ProductTarget target = new ProductTarget(endToEnd.servers(), options)) {
            target.register(plan.devices());
            OrderText orders = new OrderText(target.token(), true, true);
            WebhookPartners partners = new WebhookPartners(target, plan.devices());
            long empty = target.liveHeapBytes();
            partners.register();
            List<AuthenticatorApp> apps = partners.enrol();
            long withPartners = target.liveHeapBytes();
            product.add("partner_kb", (withPartners - empty) / 1e3 / plan.devices());
            measureOrders(target, orders, receivers);
            measureEndpoints(target, partners, apps, receivers);
            measureCalls(target, orders, partners, receivers);
            measureKill(target, orders, receivers);
        }
    }

    private record Run(OrderLedger ledger, ResourceUsage.Spent spent) {
        double cpuMicros() {
            return spent.serverSeconds() * 1e6 / ledger.orders();
        }
    }

    /** @param callable which part of the orders is called for */
    private Run orders(
            ProductTarget target, OrderText text, WebhookReceivers receivers, double seconds, double callable)
            throws IOException {
        OrderLedger ledger = nextLedger(seconds);
        receivers.ledger = ledger;
        try (BenchOrderSource source = new BenchOrderSource(target, text)) {
            ResourceUsage before = ResourceUsage.of(target);
            source.begin(ledger);
            long expected = Math.round(ledger.orders() * callable);
            if (!BenchWorkload.waitFor(
                    seconds + FINISHED_WITHIN_SECONDS, () -> source.isDone() && ledger.applied() >= expected)) {
                throw new IllegalStateException("of " + ledger.orders() + " orders, " + ledger.acknowledged()
                        + " were acknowledged and " + ledger.applied() + " received");
            }
            return new Run(ledger, ResourceUsage.of(target).since(before));
        }
    }

    private void measureOrders(ProductTarget target, OrderText text, WebhookReceivers receivers) throws IOException {
        endToEnd.progress().print("webhooks, bellwire: warming up without endpoints");
        orders(target, text, receivers, plan.warmUpSeconds(), 0);
        for (int round = 0; round < plan.rounds(); round++) {
            product.add(
                    "without_us",
                    orders(target, text, receivers, plan.seconds(), 0).cpuMicros());
        }
    }

    private void measureEndpoints(
            ProductTarget target, WebhookPartners partners, List<AuthenticatorApp> apps, WebhookReceivers receivers)
            throws IOException {
        partners.createEndpoints(apps, receivers.port(), 0, 1); // what the first one has loaded is not counted
        long before = target.liveHeapBytes();
        partners.createEndpoints(apps, receivers.port(), 1, plan.devices());
        double idleSeconds = Math.min(IDLE_SECONDS, plan.idleSeconds());
        endToEnd.progress().print("webhooks, bellwire: endpoints are idle for %.0f s", idleSeconds);
        BenchWorkload.sleep(idleSeconds);
        long after = target.liveHeapBytes();
        product.add("endpoint_kb", (after - before) / 1e3 / (plan.devices() - 1));
        endToEnd.progress()
                .print(
                        "webhooks, bellwire: %,d endpoints, heap %.2f KB each, %.2f KB for its partner; warming up",
                        plan.devices(), product.latest("endpoint_kb"), product.latest("partner_kb"));
    }

    private void measureCalls(
            ProductTarget target, OrderText text, WebhookPartners partners, WebhookReceivers receivers)
            throws Exception {
        orders(target, text, receivers, plan.warmUpSeconds(), 1);
        endToEnd.recorded("webhooks", target, () -> {
            for (int round = 0; round < plan.rounds(); round++) {
                measureAllAlive(target, text, receivers);
                measureSomeDead(target, text, partners, receivers);
            }
        });
    }

    private void measureAllAlive(ProductTarget target, OrderText text, WebhookReceivers receivers) throws IOException {
        Run run = orders(target, text, receivers, plan.seconds(), 1);
        run.ledger().fault().ifPresent(fault -> {
            throw new IllegalStateException("bellwire: " + fault);
        });
        product.add("cpu_us", run.cpuMicros());
        product.add("call_us", run.cpuMicros() - product.median("without_us"));
        run.spent()
                .byRole()
                .forEach((role, seconds) -> product.add(
                        "cpu_us " + role, seconds * 1e6 / run.ledger().orders()));
        addTimes(product, "", run.ledger(), UNCOUNTED_SECONDS);
        product.add("acknowledged_p99_ms", acknowledgedMillis(run.ledger(), 99));
        endToEnd.progress()
                .print(
                        "webhooks, bellwire: %.0f us a call (%.0f us with its order), received p50 %.2f ms, p99 %.2f ms"
                                + " (acknowledged p99 %.2f ms)",
                        product.latest("call_us"),
                        product.latest("cpu_us"),
                        product.latest("p50_ms"),
                        product.latest("p99_ms"),
                        product.latest("acknowledged_p99_ms"));
    }

    private static double acknowledgedMillis(OrderLedger ledger, double percentile) {
        return ledger.acknowledgedMicros(0, ledger.orders()).getValueAtPercentile(percentile) / 1e3;
    }

    private void measureSomeDead(
            ProductTarget target, OrderText text, WebhookPartners partners, WebhookReceivers receivers)
            throws IOException {
        receivers.die(true);
        Run run = orders(target, text, receivers, plan.seconds(), 1 - 1.0 / WebhookReceivers.DYING);
        addTimes(product, "dead_", run.ledger(), UNCOUNTED_SECONDS);
        receivers.die(false);
        partners.tryAgain();
        OrderLedger ledger = run.ledger();
        if (!BenchWorkload.waitFor(FINISHED_WITHIN_SECONDS, () -> ledger.applied() == ledger.orders())) {
            throw new IllegalStateException(
                    "revived receivers have " + ledger.applied() + " of " + ledger.orders() + " orders");
        }
        endToEnd.progress()
                .print(
                        "webhooks, bellwire: one in ten dead, received p50 %.2f ms, p99 %.2f ms (acknowledged p99 %.2f"
                                + " ms)",
                        product.latest("dead_p50_ms"), product.latest("dead_p99_ms"), acknowledgedMillis(ledger, 99));
    }

    private void measureKill(ProductTarget target, OrderText text, WebhookReceivers receivers) throws IOException {
        OrderLedger ledger = nextLedger(2 * Math.min(LOADED_SECONDS, plan.seconds()));
        receivers.ledger = ledger;
        try (BenchOrderSource source = new BenchOrderSource(target, text)) {
            source.begin(ledger);
            BenchWorkload.sleep(Math.min(LOADED_SECONDS, plan.seconds()));
            target.kill();
            BenchWorkload.sleep(DOWN_SECONDS);
            target.start();
            if (!BenchWorkload.waitFor(
                    FINISHED_WITHIN_SECONDS, () -> source.isDone() && ledger.applied() == ledger.orders())) {
                throw new IllegalStateException(ledger.lost() + " orders were lost by a kill");
            }
        }
        product.add("all_received_s", (ledger.lastAppliedNanos() - target.startNanos()) / 1e9);
        product.add("repeated", ledger.twice());
        endToEnd.progress()
                .print("webhooks, bellwire: killed and started, nothing lost, %d calls repeated", ledger.twice());
    }

    private static void addTimes(Rounds rounds, String prefix, OrderLedger ledger, double uncountedSeconds) {
        int from = Math.min(ledger.orders() / 2, ledger.dueBy(ledger.startNanos() + (long) (uncountedSeconds * 1e9)));
        Histogram micros = ledger.appliedMicros(from, ledger.orders());
        rounds.add(prefix + "p50_ms", micros.getValueAtPercentile(50) / 1e3);
        rounds.add(prefix + "p99_ms", micros.getValueAtPercentile(99) / 1e3);
    }
}
